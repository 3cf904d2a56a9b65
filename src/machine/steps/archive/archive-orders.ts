// D11: orders that ended long ago leave ORDERS.json for the archive, once a day, by an edit of the lowest live machine that can. It is made anew from what
// each cycle sees and kept nowhere: where another writer was faster, the next cycle makes it from what main has then.

import { sameValue } from '../../../core/base/same-value.ts';
import { isoTime, parseTime } from '../../../core/base/time.ts';
import { utf8Bytes } from '../../../core/base/utf8.ts';
import { asBelieved } from '../../../core/cycle/as-believed.ts';
import type { JournalState } from '../../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../../core/model/ledger/snapshot.ts';
import type { Instant } from '../../../core/model/machines/instant.ts';
import type { OrdersDocument } from '../../../core/model/orders/order.ts';
import { END_STATES, type EndState, type OlderRun, type ResultsDocument } from '../../../core/model/orders/run.ts';
import { endedAt } from '../../../core/orders/order-end.ts';
import { liveMachines } from '../../../core/presence/gone.ts';
import { knownTimeMs } from '../../../core/presence/known-time.ts';
import { tellsOfAny } from '../../../core/runs/run-index.ts';
import { countedIn } from '../../../core/status/counted-orders.ts';
import { type EndedEntry, endedEntries, namedByNone, ordersByEntry } from '../../../core/status/ended-entries.ts';
import { rememberedStatus } from '../../../core/status/status-memo.ts';
import { archivePath } from '../../../documents/archive/archive.ts';
import { blobText, documentText, isClosed } from '../../../documents/document-text.ts';
import { plainEntries } from '../../../documents/orders/plain-entries.ts';
import { unreadNames } from '../../../documents/orders/unread-names.ts';
import { ORDERS_PATH } from '../../../documents/paths.ts';
import type { Ledger } from '../../../ports.ts';
import type { Machine } from '../../context.ts';
import { mayBeTried } from '../board-refusals.ts';
import type { PendingEdits } from '../pending-edits.ts';
import { archivedEdits } from './archived-edits.ts';
import { oldArchives } from './old-months.ts';

/** What is due waits so long: one commit a day and not one an order, and what somebody has just put back into the list is not taken off at once. */
const GATHERED_MS = 86_400_000;
/** The lowest machine needs no longer: a day until it looks, and the one in which it gathers. What has been due for longer it cannot archive. */
const TAKEN_OVER_MS = 2 * GATHERED_MS;
/** D11.7: with 1 MiB nothing could be added any more (D8), and each look of each machine goes over all that is listed. UTF-8 bytes. */
const LARGE = { bytes: 512 * 1024, orders: 1_000 };
const GOAL = { bytes: 256 * 1024, orders: 500 };
/** At most so many at once, so that a fleet that has kept all of them for years is not held up. The last in the list first: what names others stands behind them. */
const ORDERS_MAX = 2_000;

/** What ended before `ms` goes, however it ended; of a large list what ended before `earlyMs` may, where nobody has to see to it. Of D7's time; 0 = nothing. */
interface Until {
  readonly ms: number;
  readonly earlyMs: number;
}

interface Archiving {
  readonly edits: PendingEdits;
  readonly state: JournalState;
}

/** The same edits where there is nothing to archive, or where people's own edits go first. */
export async function archiveOrders(
  { ledger, journal }: Pick<Machine, 'ledger' | 'journal'>,
  { edits, state }: Archiving,
  { fetchedAt, now }: { readonly fetchedAt: Instant | null; readonly now: Instant },
): Promise<Archiving> {
  const { snapshot } = edits;
  const nothing = { edits, state };
  const place = fetchedAt === null || !mayArchive(snapshot, state, now) ? -1 : placeAmongLive(snapshot, state, fetchedAt);
  const isHeld = edits.held.some(({ intention }) => intention.edit.kind !== 'spec');
  if (place < 0 || edits.people.size > 0 || isHeld) return nothing;
  const dueMs = knownTimeMs(snapshot, state, now) - place * TAKEN_OVER_MS;
  const isLarge = snapshot.orders.orders.length > LARGE.orders || (await listBytes(ledger, snapshot)) > LARGE.bytes;
  const until: Until = { ms: dueMs - snapshot.fleet.keepMs, earlyMs: isLarge ? dueMs - GATHERED_MS : 0 };
  const noted = state.archiveFrom;
  // What was noted for the last time counts no more: somebody may put an order back just as it stood then.
  if (!isOneOlder(snapshot, Math.max(until.ms, until.earlyMs)))
    return noted === undefined ? nothing : { edits, state: await saved(journal, state, undefined) };
  const sinceMs = noted === undefined ? -1 : now.wallMs - parseTime(noted.at);
  if (sinceMs >= 0 && sinceMs < GATHERED_MS) return nothing;
  if (noted !== undefined && sinceMs >= 0) {
    const over = oldArchives(snapshot.main.files.keys(), { snapshot, state, now });
    const archived = await archivedFrom(ledger, edits, { orders: noted.orders, over }, until);
    if (archived !== null) return { edits: archived, state };
  }
  const orders = snapshot.main.files.get(ORDERS_PATH) ?? '';
  return { edits, state: await saved(journal, state, { orders, at: isoTime(now.wallMs) }) };
}

async function saved(
  journal: Machine['journal'],
  { archiveFrom: _, ...state }: JournalState,
  noted: JournalState['archiveFrom'],
): Promise<JournalState> {
  const next = noted === undefined ? state : { ...state, archiveFrom: noted };
  await journal.save(next);
  return next;
}

/** Null = there is nothing to archive that stood as it is in that earlier ORDERS.json. */
async function archivedFrom(
  ledger: Ledger,
  edits: PendingEdits,
  { orders: earlier, over }: { readonly orders: string; readonly over: readonly string[] },
  until: Until,
): Promise<PendingEdits | null> {
  const before = await blobText(ledger, earlier);
  const text = await documentText(ledger, edits.snapshot.main.files, ORDERS_PATH);
  if (before === null || text === null) return null;
  const [then, entries] = [plainEntries(before), plainEntries(text)];
  const snapshot = asBelieved(edits.snapshot);
  const unread = unreadNames(text, snapshot.orders.orders);
  const ended = endedBefore(snapshot, unread, until.earlyMs, null);
  const earlyMs = endOfOldest(ended, { text, entries, count: snapshot.orders.orders.length });
  const stood = oldOrders(snapshot, unread, { ...until, earlyMs }).filter(({ id }) => {
    const entry = entries.get(id);
    return entry !== undefined && sameValue(entry, then.get(id));
  });
  let going = together(snapshot, unread, stood.slice(-ORDERS_MAX));
  const list = { text, entries, placedBefore: isoTime(Math.max(until.ms, earlyMs)), over };
  while (going.length > 0) {
    const { next, left } = await archivedEdits(ledger, edits, list, going);
    if (left.size === 0) return next;
    going = together(
      snapshot,
      unread,
      going.filter(({ id }) => !left.has(id)),
    );
  }
  return null;
}

/** Where machines fold onto a branch of their own (F4), main is people's alone; what the host refuses (R1a) would stand nowhere but in the own view. */
function mayArchive({ main, fleet, ordersReadable }: Snapshot, state: JournalState, now: Instant): boolean {
  if (main.commit === null || fleet.board !== null || !ordersReadable || isClosed(main, archivePath('new'))) return false;
  return state.leaving === null && mayBeTried(state, 'main', now);
}

/** F2: 0 = the lowest; -1 = it is none of them. */
function placeAmongLive(snapshot: Snapshot, state: JournalState, fetchedAt: Instant): number {
  return liveMachines(snapshot, state, fetchedAt).indexOf(state.machine);
}

/** Cheap: on most days there is none, and no status has to be derived. */
function isOneOlder({ machines, orders }: Snapshot, beforeMs: number): boolean {
  if (beforeMs <= 0) return false;
  const before = isoTime(beforeMs);
  const old = [...machines.values()].map(({ results }) => results).filter((results) => firstEnd(results) < before);
  if (old.length === 0) return false;
  const listed = new Set(orders.orders.map(({ id }) => id));
  const isOlder = ({ order, finishedAt }: OlderRun) => finishedAt < before && listed.has(order);
  return old.some(({ older, ended }) => older.some(isOlder) || ended.some(isOlder));
}

const firstEnds = new WeakMap<ResultsDocument, string>();

/** When the first of its runs ended, past every time where none has; a document is gone through once, because it never changes. */
function firstEnd(results: ResultsDocument): string {
  const known = firstEnds.get(results);
  if (known !== undefined) return known;
  let first = '~';
  for (const runs of [results.older, results.ended])
    for (const { finishedAt } of runs) if (finishedAt < first) first = finishedAt;
  firstEnds.set(results, first);
  return first;
}

/** `unread`: what entries name that cannot be read. */
function oldOrders(snapshot: Snapshot, unread: ReadonlySet<string>, until: Until): readonly EndedEntry[] {
  const gone = new Map([
    ...endedBefore(snapshot, unread, until.ms, END_STATES).map((entry) => [entry.id, entry] as const),
    ...endedBefore(snapshot, unread, until.earlyMs, null).map((entry) => [entry.id, entry] as const),
  ]);
  // T5.2: an end that such a machine tells of may be anybody's, and stands in the archive for good.
  const doubted = [...(snapshot.believed?.doubted.keys() ?? [])].map((machine) => snapshot.machines.get(machine)?.results);
  return [...gone.values()].filter(({ id }) => !doubted.some((results) => tellsOfAny([id], results)));
}

function endedBefore(
  snapshot: Snapshot,
  unread: ReadonlySet<string>,
  beforeMs: number,
  states: readonly EndState[] | null,
): readonly EndedEntry[] {
  if (beforeMs <= 0) return [];
  const status = statusOf(snapshot);
  const isCounted = countedIn(snapshot, status, states === null);
  const orders = snapshot.orders.orders.map((order) => ({
    ...order,
    spec: isCounted(order) ? (order.spec ?? order.feature) : null,
  }));
  return endedEntries(
    status,
    { entries: ordersByEntry(orders), unread },
    { before: isoTime(beforeMs), states, isByPerson: false },
  ).gone;
}

/** D11.3: where some of what may go stays after all, what that names stays too. */
function together(snapshot: Snapshot, unread: ReadonlySet<string>, some: readonly EndedEntry[]): readonly EndedEntry[] {
  const entries = ordersByEntry(snapshot.orders.orders);
  const ids = some.map(({ id }) => id);
  const leaving = namedByNone(statusOf(snapshot), { entries, unread }, ids);
  return some.filter(({ id }) => leaving.has(id));
}

function statusOf(snapshot: Snapshot) {
  return rememberedStatus({ ...snapshot, sources: snapshot.board.sources ?? '' });
}

interface Listing {
  readonly text: string;
  readonly entries: ReturnType<typeof plainEntries>;
  /** Orders: of a chain, its steps. */
  readonly count: number;
}

/** D11.7: before that time as much ended as the list is too large by. */
function endOfOldest(ended: readonly EndedEntry[], listing: Listing): number {
  let [bytes, count, last] = [utf8Bytes(listing.text), listing.count, 0];
  const times = ended
    .map(({ id, before }) => ({ id, orders: before.steps?.length ?? 1, ms: parseTime(endedAt(before) ?? '') }))
    .filter(({ ms }) => ms > 0);
  for (const { id, orders, ms } of times.toSorted((one, other) => one.ms - other.ms)) {
    if (bytes <= GOAL.bytes && count <= GOAL.orders) break;
    count -= orders;
    bytes -= utf8Bytes(JSON.stringify(listing.entries.get(id) ?? ''));
    last = ms + 1;
  }
  return last;
}

const sizes = new WeakMap<OrdersDocument, number>();

/** UTF-8; the same document is read once. */
async function listBytes(ledger: Ledger, { orders, main }: Snapshot): Promise<number> {
  const known = sizes.get(orders);
  if (known !== undefined) return known;
  const bytes = utf8Bytes((await documentText(ledger, main.files, ORDERS_PATH)) ?? '');
  sizes.set(orders, bytes);
  return bytes;
}
