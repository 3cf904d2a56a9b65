// What of a machine's runs goes into its results documents: each stays below 1 MiB and 10,000 entries (D8). Runs of listed orders are never left out
// (O8), or others would take such an order as not yet started. The journal keeps what is left out here.
import { type EndedRun, OLDER_SIZE_MAX, type OlderRun, type ResultsDocument, type WaitingOrder } from '../model/orders/run.ts';
import { shortened, withoutList } from './journal-retention.ts';

/** In bytes, together 0.95 MiB at worst. */
const LIMITS = Object.freeze({
  /** One run in full is 60 KB at most, and 340 KB if all its output is control characters; the last one is always said in full. */
  endedSizeMax: 300_000,
  /** They also stand as lines in COMPUTER_N.md, where nobody reads more than this. */
  waitingMax: 200,
  waitingSizeMax: 50_000,
  beforeSizeMax: 150_000,
  /** Some 1,500 runs with ids of 20 characters; further runs of listed orders stand in further documents. */
  olderSizeMax: OLDER_SIZE_MAX,
});

/** `isListed`: whether ORDERS.json lists an order now. */
export function capResults(all: ResultsDocument, isListed: (order: string) => boolean): ResultsDocument {
  const ended = newestThatFit(all.ended, LIMITS.endedSizeMax, 1);
  const cut = all.ended.slice(0, all.ended.length - ended.length).map(shortened);
  const before = newestThatFit(all.before, LIMITS.beforeSizeMax, 0);
  return { ...all, waiting: firstThatFit(all.waiting), ended, older: olderThatStay([...all.older, ...cut], isListed), before };
}

function firstThatFit(waiting: readonly WaitingOrder[]): readonly WaitingOrder[] {
  const backwards = waiting.slice(0, LIMITS.waitingMax).reverse();
  return [...newestThatFit(backwards, LIMITS.waitingSizeMax, 0)].reverse();
}

/** O8: runs of listed orders stay, however many. Of the others the newest stay that fit beside them, without outputs. */
function olderThatStay(older: readonly OlderRun[], isListed: (order: string) => boolean): readonly OlderRun[] {
  const listed = new Set(older.filter((run) => isListed(run.order)));
  const bare = older.flatMap((run) => (listed.has(run) ? [] : [withoutOutputs(run)]));
  const room = [...listed].reduce<number>((left, run) => left - sizeOf(run), LIMITS.olderSizeMax);
  const dropped = bare.length - newestThatFit(bare, Math.max(0, room), 0).length;
  let others = 0;
  return older.flatMap((run) => {
    if (listed.has(run)) return [run];
    const at = others++;
    return at < dropped ? [] : [bare[at] ?? run];
  });
}

function withoutOutputs({ outputs, ...bare }: OlderRun): OlderRun {
  return withoutList(bare);
}

/** The longest end of a list that fits. */
function newestThatFit<T extends EndedRun | OlderRun | WaitingOrder | string>(
  items: readonly T[],
  sizeMax: number,
  atLeast: number,
): readonly T[] {
  let size = 0;
  let from = items.length;
  while (from > 0) {
    size += sizeOf(items[from - 1] as T);
    if (size > sizeMax && items.length - from >= atLeast) break;
    from -= 1;
  }
  return from === 0 ? items : items.slice(from);
}

/** An upper bound of the bytes that the item takes on its line: any character beyond ASCII may be written as an escape. */
export function sizeOf(item: unknown): number {
  const json = JSON.stringify(item);
  let bytes = 8;
  for (let at = 0; at < json.length; at += 1) bytes += json.charCodeAt(at) < 0x7f ? 1 : 6;
  return bytes;
}
