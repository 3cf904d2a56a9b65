// What a machine can say of its runs in one document: below 1 MiB and 10,000 entries (D8), whatever it remembers. The journal
// keeps what is left out here, so this machine runs nothing twice because of it (O8). Others see such an order as not yet started.
import { shortened } from './memory.ts';
import type { EndedRun, OlderRun, ResultsDocument, WaitingOrder } from './model/run.ts';

/** In bytes, together 0.95 MiB at worst. */
const LIMITS = Object.freeze({
  /** One run in full is 60 KB at most, and 340 KB if all its output is control characters; the last one is always said in full. */
  endedSizeMax: 300_000,
  /** They also stand as lines in COMPUTER_N.md: more than this nobody reads. */
  waitingMax: 200,
  waitingSizeMax: 50_000,
  beforeSizeMax: 150_000,
  /** Some 2,500 orders with ids of 20 characters. */
  olderSizeMax: 400_000,
  /** Of all older runs together, beside that. */
  outputsSizeMax: 100_000,
});

/** `isListed`: whether ORDERS.json lists an order now. */
export function capResults(all: ResultsDocument, isListed: (order: string) => boolean): ResultsDocument {
  const ended = newestThatFit(all.ended, LIMITS.endedSizeMax, 1);
  const cut = all.ended.slice(0, all.ended.length - ended.length).map(shortened);
  const before = newestThatFit(all.before, LIMITS.beforeSizeMax, 0);
  return { ...all, waiting: firstThatFit(all.waiting), ended, older: olderThatFit([...all.older, ...cut], isListed), before };
}

function firstThatFit(waiting: readonly WaitingOrder[]): readonly WaitingOrder[] {
  const backwards = waiting.slice(0, LIMITS.waitingMax).reverse();
  return [...newestThatFit(backwards, LIMITS.waitingSizeMax, 0)].reverse();
}

/** Orders that are not listed any more go first, oldest first. */
function olderThatFit(older: readonly OlderRun[], isListed: (order: string) => boolean): readonly OlderRun[] {
  const listed = older.filter((run) => isListed(run.order));
  const others = older.filter((run) => !isListed(run.order));
  const kept = new Set(
    newestThatFit([...others, ...listed], LIMITS.olderSizeMax, 0, (run) => sizeOf({ ...run, outputs: undefined })),
  );
  return withOutputsThatFit(
    older.filter((run) => kept.has(run)),
    isListed,
  );
}

/** O7: what was said last counts most; outputs never push the memory of a run out. */
function withOutputsThatFit(older: readonly OlderRun[], isListed: (order: string) => boolean): readonly OlderRun[] {
  let size = 0;
  const backwards = [...older].reverse().map((run): OlderRun => {
    const { outputs, ...bare } = run;
    if (outputs === undefined) return run;
    const isKept = isListed(run.order) && size + sizeOf(outputs) <= LIMITS.outputsSizeMax;
    if (isKept) size += sizeOf(outputs);
    return isKept ? run : bare;
  });
  return backwards.reverse();
}

/** The longest end of a list that fits. */
function newestThatFit<T extends EndedRun | OlderRun | WaitingOrder | string>(
  items: readonly T[],
  sizeMax: number,
  atLeast: number,
  sizeIn: (item: T) => number = sizeOf,
): readonly T[] {
  let size = 0;
  let from = items.length;
  while (from > 0) {
    size += sizeIn(items[from - 1] as T);
    if (size > sizeMax && items.length - from >= atLeast) break;
    from -= 1;
  }
  return from === 0 ? items : items.slice(from);
}

/** An upper bound of the bytes that the item takes on its line: any character beyond ASCII may be written as an escape. */
function sizeOf(item: unknown): number {
  const json = JSON.stringify(item);
  let bytes = 8;
  for (let at = 0; at < json.length; at += 1) bytes += json.charCodeAt(at) < 0x7f ? 1 : 6;
  return bytes;
}
