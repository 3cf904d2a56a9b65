// Reads the text of ORDERS.json, and finds there the steps of a chain and the orders that they are.
import type { Json } from '../../core/model/ledger/intention.ts';
import { type JsonNode, memberOf, toValue } from '../json/json-node.ts';
import { type JsonText, readJson } from '../json/json-text.ts';
import { ORDERS_PATH } from '../paths.ts';
import type { TypedPath } from '../text/as-typed.ts';
import { WORK_FIELDS } from './order-fields.ts';

/** What in an entry is a text, however it is typed. */
const TYPED: readonly TypedPath[] = [
  ['env', '*'],
  ['with', '*'],
  ['steps', '*', 'env', '*'],
];

/** ORDERS.json; whoever reads it finds the same values there. */
export function readOrdersText(text: string): JsonText {
  return readJson(
    text,
    ORDERS_PATH,
    TYPED.map((path) => ['orders', '*', ...path]),
  );
}

/** An entry that is a text of its own; `document`: what it is called. */
export function readEntryText(text: string, document: string): JsonText {
  return readJson(text, document, TYPED);
}

/** The ids of the orders that its steps are, as far as they can be told. */
export function stepIds(entry: JsonNode): readonly string[] {
  const chain = idOf(entry);
  return chain === null ? [] : stepNodes(entry).map((node, at) => `${chain}.${idOf(node) ?? at + 1}`);
}

export function stepNodes(entry: JsonNode): readonly JsonNode[] {
  const node = memberOf(entry, 'steps')?.value;
  return node?.kind === 'array' ? node.items : [];
}

/** Of an entry that takes a template: what it says of single steps. */
export function saidNodes(entry: JsonNode): readonly JsonNode[] {
  const node = memberOf(entry, 'said')?.value;
  return node?.kind === 'array' ? node.items : [];
}

/** The ids of the orders that these are of. */
export function saidIds(entry: JsonNode): readonly string[] {
  return saidNodes(entry).map((node) => `${String(idOf(entry))}.${String(idOf(node))}`);
}

/** Null = it says none, or one that is no text. */
export function idOf(node: JsonNode): string | null {
  const id = idValue(node);
  return typeof id === 'string' ? id : null;
}

/** As it stands there, text or not; undefined = it says none. */
export function idValue(node: JsonNode): Json | undefined {
  const value = memberOf(node, 'id')?.value;
  return value?.kind === 'scalar' ? value.value : undefined;
}

/** What a step does: it tells one without an id from another that has its number by now. */
export function stepWork(step: JsonNode): Json {
  return WORK_FIELDS.map((field) => {
    const value = memberOf(step, field)?.value;
    return value === undefined ? null : toValue(value);
  });
}
