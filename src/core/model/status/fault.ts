// A fault is a bad document or entry as a value: it never throws, and it always says where and what was expected.
import { type UnknownField, unknownFieldSentence } from '../orders/unknown-field.ts';

/** `fault`: the document or entry is not obeyed. `warning`: it is obeyed, and something in it was forgiven or ignored. */
type FaultLevel = 'fault' | 'warning';

export interface Fault {
  /** Path below `coordination/`, e.g. `ORDERS.json`. */
  readonly document: string;
  /** 1-based; null when the document as a whole is meant. */
  readonly line: number | null;
  readonly column: number | null;
  readonly level: FaultLevel;
  readonly expected: string;
  readonly found: string;
  /** It is a name that this version does not know. */
  readonly unknown?: UnknownField;
  /** The order whose entry it is in, where that has an id. */
  readonly order?: FaultyOrder;
}

export interface FaultyOrder {
  readonly id: string;
  /** What its `assign` says, where that is one machine, `any` or `all`; null = anything else. */
  readonly assign: number | string | null;
}

/** What a parser returns: `value` is null when nothing of the document can be obeyed. */
export interface Parsed<T> {
  readonly value: T | null;
  readonly faults: readonly Fault[];
}

/** `expected a comma, found "id"`, or `unknown field "aproval"`: the one sentence that every face shows. */
export function faultSentence(fault: Pick<Fault, 'expected' | 'found' | 'unknown'>): string {
  if (fault.unknown !== undefined) return unknownFieldSentence(fault.unknown);
  return `expected ${fault.expected}, found ${fault.found}`;
}

/** `ORDERS.json line 12 column 5`: where the fault stands. */
export function faultPlace(fault: Fault): string {
  if (fault.line === null) return fault.document;
  return fault.column === null
    ? `${fault.document} line ${fault.line}`
    : `${fault.document} line ${fault.line} column ${fault.column}`;
}

/** `ORDERS.json line 12 column 5: expected a comma, found "id"`. */
export function faultText(fault: Fault): string {
  return `${faultPlace(fault)}: ${faultSentence(fault)}`;
}
