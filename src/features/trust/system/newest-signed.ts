// When the newest signature of each order that this computer has checked was made (T6): an earlier version of an order, signed as well as it is, is
// not put back by anybody.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { isRecord } from '../../../documents/json/is-record.ts';
import { writeDurably } from '../../../system/files/durable-file.ts';
import { readIfThere } from '../../../system/files/read-if-there.ts';
import type { CheckedSignature, Newest } from '../documents/belief.ts';
import { pinPath } from './trust-pin.ts';

/** Of orders that are not listed any more the newest stay. */
const UNLISTED_MAX = 10_000;

const pathOf = (home: string, root: string) => pinPath(home, root).replace(/\.json$/, '.orders.json');

/** Throws where it cannot be read: then nothing is believed. */
export function readNewest(home: string, root: string): Newest {
  const path = pathOf(home, root);
  const text = readIfThere(path);
  if (text === null) return {};
  const known = parsed.get(path);
  if (known?.text === text) return known.value;
  const value: unknown = JSON.parse(text);
  const read = Object.entries(isRecord(value) ? value : { '': null }).map(([id, it]) => [id, checkedOf(it)] as const);
  const newest = Object.fromEntries(read.flatMap(([id, it]) => (it === null ? [] : [[id, it] as const])));
  if (Object.keys(newest).length < read.length) throw new Error(`${path} cannot be read`);
  parsed.set(path, { text, value: newest });
  return newest;
}

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

/** As they were read last: one text is one object. */
const parsed = new Map<string, { readonly text: string; readonly value: Newest }>();

export function writeNewest(home: string, root: string, newest: Newest, listed: { has(id: string): boolean }): void {
  const entries = Object.entries(newest);
  const gone = entries.filter(([id]) => !listed.has(id)).sort(([, one], [, other]) => (one.at < other.at ? 1 : -1));
  const kept = [...entries.filter(([id]) => listed.has(id)), ...gone.slice(0, UNLISTED_MAX)];
  mkdirSync(dirname(pathOf(home, root)), { recursive: true, mode: 0o700 });
  writeDurably(pathOf(home, root), `${JSON.stringify(Object.fromEntries(kept))}\n`);
}
