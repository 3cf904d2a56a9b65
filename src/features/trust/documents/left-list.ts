// Notes of each entry whose signature was checked here that it has left ORDERS.json (T6), so that its signature ends before machines forget that it
// ran (O8): whoever puts both back then has nothing run again. Pure.
import type { CheckedSignature, Evidence, Newest } from './belief.ts';

/** A day less than runs are remembered (core/runs/journal-retention.ts), by the same clock. */
const STANDS_MS = 29 * 86_400_000;

/** The same object where nothing has left or come back. An ORDERS.json that cannot be read removes nothing (D4). */
export function withLeft(newest: Newest, { entries, nowMs }: Pick<Evidence, 'entries' | 'nowMs'>, isReadable: boolean): Newest {
  if (!isReadable) return newest;
  const noted = Object.entries(newest).map(([id, it]) => [id, it, noteOf(it, entries.has(id), nowMs)] as const);
  return noted.every(([, before, after]) => before === after)
    ? newest
    : Object.fromEntries(noted.map(([id, , after]) => [id, after]));
}

function noteOf(known: CheckedSignature, isListed: boolean, nowMs: number): CheckedSignature {
  const { at, left, isOver } = known;
  if (isOver === true) return known;
  if (isListed) {
    const { left: _, ...back } = known;
    return left === undefined ? known : back;
  }
  if (left === undefined) return { ...known, left: nowMs };
  return nowMs - left >= STANDS_MS ? { at, isOver: true } : known;
}
