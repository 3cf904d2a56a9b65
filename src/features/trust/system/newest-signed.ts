// When the newest signature of each order that this computer has checked was made (T6): an earlier version of an order, signed as well as it is, is
// not put back by anybody.
import { isRecord } from '../../../documents/json/is-record.ts';
import type { CheckedSignature, Newest } from '../documents/belief.ts';
import { keptFile } from './kept-file.ts';

/** Of orders that are not listed any more the newest stay. */
const UNLISTED_MAX = 10_000;

const file = keptFile<Newest>('orders', (value) => {
  const read = Object.entries(isRecord(value) ? value : { '': null }).map(([id, it]) => [id, checkedOf(it)] as const);
  const whole = read.flatMap(([id, it]) => (it === null ? [] : [[id, it] as const]));
  return whole.length < read.length ? null : Object.fromEntries(whole);
});

/** An earlier version noted the time alone. Null = it cannot be read. */
function checkedOf(value: unknown): CheckedSignature | null {
  const { at, in: seen, left, isOver } = isRecord(value) ? value : ({ at: value } as Readonly<Record<string, unknown>>);
  if (typeof at !== 'number') return null;
  return {
    at,
    ...(typeof seen === 'string' ? { in: seen } : {}),
    ...(typeof left === 'number' ? { left } : {}),
    ...(isOver === true ? { isOver } : {}),
  };
}

export const readNewest = file.read;

export function writeNewest(home: string, root: string, newest: Newest, listed: { has(id: string): boolean }): void {
  const entries = Object.entries(newest);
  const gone = entries.filter(([id]) => !listed.has(id)).sort(([, one], [, other]) => (one.at < other.at ? 1 : -1));
  const kept = [...entries.filter(([id]) => listed.has(id)), ...gone.slice(0, UNLISTED_MAX)];
  file.write(home, root, Object.fromEntries(kept));
}
