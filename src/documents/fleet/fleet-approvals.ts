// Reads `approvals` of fleet.yaml: types and kinds of orders that a person must approve, as in `{ types: [deploy], kinds: [agent] }`. A
// value that cannot be read is a fault at its place, and everything that it could have meant needs an approval until it is fixed.
import { type Approvals, NO_APPROVALS, type Unreadable } from '../../core/model/ledger/fleet.ts';
import type { WorkKind } from '../../core/model/orders/order.ts';
import { type Fault, faultText } from '../../core/model/status/fault.ts';
import { typeKey } from '../../core/orders/routing.ts';
import { WORK_KINDS } from '../../features/rules.ts';
import { visibleText } from '../text/escape-text.ts';
import type { Position } from '../text/text-position.ts';
import { faultAt } from './fleet-routing.ts';

export interface ParsedApprovals {
  readonly approvals: Approvals;
  readonly faults: readonly Fault[];
}

const SHAPE = '"approvals" to be { types: [deploy], kinds: [agent] }';

/** `positionOf`: where a key of it stands; of null, all of it. */
export function parseApprovals(value: unknown, positionOf: (key: string | null) => Position | null): ParsedApprovals {
  if (value === null || value === undefined) return { approvals: NO_APPROVALS, faults: [] };
  if (typeof value !== 'object' || Array.isArray(value)) {
    const fault = faultAt(positionOf(null), SHAPE, value);
    return { approvals: allUnreadable(faultText(fault)), faults: [fault] };
  }
  const { types, kinds, ...others } = value as Record<string, unknown>;
  const faults: Fault[] = [];
  const doubt = (fault: Fault): Unreadable => {
    faults.push(fault);
    return { reason: faultText(fault) };
  };
  const readTypes = wordsOf(types, (word) => typeKey(word));
  const readKinds = wordsOf(kinds, kindOf);
  const [unknown] = Object.keys(others);
  const unreadable = {
    types: readTypes.bad
      ? doubt(faultAt(positionOf('types'), '"types" of approvals to be a type of orders, or a list of them', types))
      : null,
    kinds: readKinds.bad
      ? doubt(faultAt(positionOf('kinds'), `"kinds" of approvals to be of ${WORK_KINDS.join(', ')}, or a list of them`, kinds))
      : null,
    // `type: deploy` for `types` was meant for something.
    all: unknown === undefined ? null : doubt(faultAt(positionOf(unknown), SHAPE, visibleText(unknown))),
  };
  return { approvals: { types: readTypes.words, kinds: readKinds.words, unreadable }, faults };
}

/** What an unknown key of fleet.yaml was to ask for nobody can tell: every order waits, beside what `approvals` asks for. */
export function withDoubt(written: Approvals, reason: string): Approvals {
  return { ...written, unreadable: { ...written.unreadable, all: { reason } } };
}

/** Every order waits, because of this. */
export function allUnreadable(reason: string): Approvals {
  return withDoubt(NO_APPROVALS, reason);
}

interface Words<T> {
  readonly words: readonly T[];
  /** Something in it is none. */
  readonly bad: boolean;
}

/** A word, or a list of words; nothing is none. */
function wordsOf<T extends string>(value: unknown, read: (word: string) => T | null): Words<T> {
  const all = value === null || value === undefined ? [] : Array.isArray(value) ? value : [value];
  const words = all.map((word: unknown) => {
    const text = typeof word === 'number' ? String(word) : word;
    return typeof text === 'string' && text.trim() !== '' ? read(text) : null;
  });
  const good = words.filter((word) => word !== null);
  return { words: good, bad: good.length < words.length };
}

function kindOf(word: string): WorkKind | null {
  return WORK_KINDS.find((kind) => kind === word.trim().toLowerCase()) ?? null;
}
