// What a machine remembers of its ended runs (O8), and for how long. Pure. The journal remembers everything that the protocol asks for;
// results-retention.ts says what fits into the results documents. A run that leaves the last ones moves to the history.
import { isoTime, latest, parseTime } from '../base/time.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import type { Snapshot } from '../model/ledger/snapshot.ts';
import type { Instant } from '../model/machines/instant.ts';
import {
  ENDED_FULL_MAX,
  type EndedRun,
  HISTORY_TAIL_MAX,
  MOVED_RUNS_MAX,
  OLDER_LISTS_MAX,
  OLDER_OUTPUTS_MAX,
  OLDER_TAIL_MAX,
  type OlderRun,
  type RunName,
} from '../model/orders/run.ts';
import { isUnreadable } from '../orders/chains.ts';
import { workHash } from '../orders/work-hash.ts';
import { knownTimeMs } from '../presence/known-time.ts';
import { decidingIn } from './deciding-outputs.ts';
import { listedId } from './occurrence-name.ts';

/** O8: how long a finished run is remembered after its order left ORDERS.json. */
const REMEMBER_MS = 30 * 24 * 3_600_000;
/** Runs of unlisted orders that are remembered: some 300 a day for 30 days. Beyond it the oldest go, so that the journal stays small. */
const UNLISTED_MAX = 10_000;
/** O7.6: characters of JSON that their outputs, files and tails may take together. */
const UNLISTED_SAID_MAX = 2_000_000;

/** Short records for each schedule, beside the full ones; older runs are in the history. */
export const OCCURRENCES_KEPT = 30;

type Memory = Pick<JournalState, 'ended' | 'older' | 'movedRuns'>;

/**
 * The last runs stay in full. Of the others the newest of each order stays in short, because it says what may still run (O6). All others move to
 * the history.
 */
export function remember(memory: Memory, ends: readonly EndedRun[]): Memory {
  const ended = [...memory.ended, ...ends];
  const leaves = ended.slice(0, Math.max(0, ended.length - ENDED_FULL_MAX));
  return {
    ended: ended.slice(leaves.length),
    older: fewLongLists(fewOfEachSchedule(newestOfEach([...memory.older, ...leaves.map(shortened)]))),
    movedRuns: moved(memory.movedRuns, leaves),
  };
}

/** O8a: runs that wait for the history. Beyond their bound the oldest lose tail and outputs; if that is not enough, they are dropped. */
function moved(before: readonly EndedRun[], leaves: readonly EndedRun[]): readonly EndedRun[] {
  if (leaves.length === 0) return before;
  const runs = [...before, ...leaves.map(forHistory)];
  const sizes = runs.map((run) => JSON.stringify(run).length);
  let size = sizes.reduce((sum, one) => sum + one, 0);
  for (let at = 0; at < runs.length && size > MOVED_RUNS_MAX; at += 1) {
    const { artifacts: _, ...run } = runs[at] as EndedRun;
    const bare = { ...run, tail: '', outputs: {} };
    const bareSize = JSON.stringify(bare).length;
    size += bareSize - (sizes[at] ?? 0);
    sizes[at] = bareSize;
    runs[at] = bare;
  }
  let first = 0;
  for (; first < runs.length && size > MOVED_RUNS_MAX; first += 1) size -= sizes[first] ?? 0;
  return runs.slice(first);
}

/** A run as the history keeps it: a long tail is cut to its end, with a mark that there was more. */
function forHistory(run: EndedRun): EndedRun {
  return run.tail.length <= HISTORY_TAIL_MAX ? run : { ...run, tail: endOf(run.tail, HISTORY_TAIL_MAX) };
}

/** Half a character at the cut goes too. */
function endOf(tail: string, lengthMax: number): string {
  return tail.length <= lengthMax ? tail : `…${tail.slice(1 - lengthMax).replace(/^[\udc00-\udfff]/, '')}`;
}

/** The short record of a run. Its tail is shortened, and kept only if a person may need it; its reason is always kept. */
export function shortened({ tail, outputs = {}, artifacts, unlisted, ...run }: OlderRun): OlderRun {
  const { order, generation, attempt, state, exitCode, finishedAt, startedAt, reason, code, told, work, asks, returned } = run;
  const kept = JSON.stringify(outputs).length <= OLDER_OUTPUTS_MAX ? outputs : decidingIn(outputs);
  return {
    order,
    generation,
    attempt,
    state,
    exitCode,
    ...(startedAt === undefined ? {} : { startedAt }),
    finishedAt,
    ...(reason == null ? {} : { reason }),
    ...(code === undefined ? {} : { code }),
    ...(told === undefined ? {} : { told }),
    ...(state === 'FAILED' && tail !== undefined && tail !== '' ? { tail: endOf(tail, OLDER_TAIL_MAX) } : {}),
    ...(work === undefined ? {} : { work }),
    ...(asks === undefined ? {} : { asks }),
    ...(returned === undefined ? {} : { returned }),
    ...(Object.keys(kept).length > 0 ? { outputs: kept } : {}),
    ...(artifacts === undefined ? {} : { artifacts }),
    ...(unlisted === undefined ? {} : { unlisted }),
  };
}

/** A1.5: the number of its files stays. */
export function withoutList({ artifacts, ...run }: OlderRun): OlderRun {
  return artifacts === undefined || artifacts.length === 0 ? run : { ...run, unlisted: artifacts.length };
}

/** O7.6: an order that left the list may come back, so what its run said stays too while that is little: of the newest ones. */
function fewOfUnlisted(runs: readonly OlderRun[], isUnlisted: (order: string) => boolean): readonly OlderRun[] {
  let left = UNLISTED_SAID_MAX;
  const kept = runs.toReversed().map((run) => {
    if (!isUnlisted(run.order)) return run;
    const { outputs = {}, tail = '', artifacts = [], ...rest } = run;
    const decides = decidingIn(outputs);
    const more = Object.entries(outputs).filter(([name]) => !Object.hasOwn(decides, name));
    if (tail === '' && artifacts.length === 0 && more.length === 0) return run;
    left -= JSON.stringify([tail, artifacts, more]).length;
    if (left >= 0) return run;
    return withoutList({ ...rest, ...(Object.keys(decides).length > 0 ? { outputs: decides } : {}), artifacts });
  });
  return kept.reverse();
}

/** A1.5: an order may begin long after the one whose files it gets, so long lists stay too while they are few: the newest ones. */
function fewLongLists(runs: OlderRun[]): OlderRun[] {
  let left = OLDER_LISTS_MAX;
  const kept = runs.toReversed().map((run) => {
    const length = run.artifacts === undefined ? 0 : JSON.stringify(run.artifacts).length;
    if (length <= OLDER_OUTPUTS_MAX) return run;
    left -= length;
    return left < 0 ? withoutList(run) : run;
  });
  return kept.reverse();
}

/** Keeps the order of the list. */
function newestOfEach(runs: readonly OlderRun[]): OlderRun[] {
  const newest = new Map<string, OlderRun>();
  for (const run of runs) {
    const best = newest.get(run.order);
    if (best !== undefined && isHigher(best, run)) continue;
    newest.delete(run.order);
    newest.set(run.order, run);
  }
  return [...newest.values()];
}

/** Keeps the occurrences of each schedule that were remembered last: one from a clock that was ahead must not push out later ones. */
function fewOfEachSchedule(runs: OlderRun[]): OlderRun[] {
  const counts = new Map<string, number>();
  const kept = runs.toReversed().filter(({ order }) => {
    const template = listedId(order);
    const count = (counts.get(template) ?? 0) + 1;
    if (template !== order) counts.set(template, count);
    return template === order || count <= OCCURRENCES_KEPT;
  });
  return kept.length === runs.length ? runs : kept.reverse();
}

/** O6: by generation, then by attempt. */
export function isHigher(run: Pick<OlderRun, 'generation' | 'attempt'>, than: Pick<OlderRun, 'generation' | 'attempt'>): boolean {
  return run.generation === than.generation ? run.attempt > than.attempt : run.generation > than.generation;
}

/** Of older runs only the newest of each order is remembered, so a later end of the same machine tells that of this one, too. */
export function hasEnded(run: RunName, ends: readonly OlderRun[]): boolean {
  return ends.some((end) => end.order === run.order && !isHigher(run, end));
}

/**
 * O8: notes which remembered orders are not listed and which are listed again, and forgets those that were unlisted long enough. An unreadable
 * ORDERS.json never counts as removal, and an entry without a readable id may be any of them (D4).
 */
export function forget(state: JournalState, snapshot: Snapshot, now: Instant): JournalState {
  const { orders, refused } = snapshot.orders;
  if (!snapshot.ordersReadable || refused.some((entry) => entry.id === null)) return state;
  const ids = new Set(orders.map((order) => order.id));
  const isListed = (order: string) => ids.has(listedId(order)) || isUnreadable(order, refused);
  const isUncovered = (order: string) => snapshot.believed?.uncovered.has(listedId(order)) === true;
  // T6: an entry that comes back as it was signed is what it was, whoever took it away.
  const isAsItWas = (id: string) => {
    const listed = snapshot.believed?.orders.orders.find((order) => order.id === id);
    const runs = [...state.older, ...state.ended].filter((run) => run.order === id);
    return (
      listed !== undefined && runs.every(({ work, generation }) => generation !== listed.generation || work === workHash(listed))
    );
  };
  const before = state.before.filter((name) => isListed(name.slice(0, name.lastIndexOf('@'))));
  const unlisted: Record<string, string> = {};
  const dropped = new Set<string>();
  const returned = new Set<string>();
  const nowMs = knownTimeMs(snapshot, state, now);
  for (const [order, finishedAt] of lastEnds(state)) {
    const wasAway = Object.hasOwn(state.unlisted, order);
    const isBack = ids.has(listedId(order)) && !isUncovered(order);
    if (wasAway && isBack && ids.has(order) && !isAsItWas(order)) returned.add(order);
    // An order in an entry that cannot be read, or that nobody signed as it is, does not count as listed again.
    if (isListed(order) && (!wasAway || isBack)) continue;
    const since = Object.hasOwn(state.unlisted, order) ? (state.unlisted[order] ?? '') : isoTime(now.wallMs);
    // A clock that was far behind when the order left must not end the memory at once, nor one that is far ahead now.
    if (nowMs - parseTime(latest([since, finishedAt])) >= REMEMBER_MS) dropped.add(order);
    else unlisted[order] = since;
  }
  for (const order of oldestBeyond(unlisted, UNLISTED_MAX)) {
    dropped.add(order);
    delete unlisted[order];
  }
  const older = fewOfUnlisted(state.older, (order) => Object.hasOwn(unlisted, order));
  const isSame = before.length === state.before.length && dropped.size === 0 && sameKeys(unlisted, state.unlisted);
  if (isSame && older.every((run, at) => run === state.older[at])) return state;
  const keeps = (run: OlderRun) => !dropped.has(run.order);
  const noted = <T extends OlderRun>(run: T): T => (returned.has(run.order) ? { ...run, returned: true } : run);
  const leaves = state.ended.filter((run) => !keeps(run));
  return {
    ...state,
    before,
    unlisted,
    ended: state.ended.filter(keeps).map(noted),
    older: older.filter(keeps).map(noted),
    movedRuns: moved(state.movedRuns, leaves),
  };
}

/** When the newest remembered run of each order ended. */
function lastEnds(state: JournalState): ReadonlyMap<string, string> {
  const ends = new Map<string, string>();
  for (const run of [...state.older, ...state.ended]) ends.set(run.order, latest([ends.get(run.order) ?? '', run.finishedAt]));
  return ends;
}

function oldestBeyond(unlisted: Readonly<Record<string, string>>, countMax: number): string[] {
  const orders = Object.entries(unlisted).sort(([, one], [, other]) => (one < other ? -1 : 1));
  return orders.slice(0, Math.max(0, orders.length - countMax)).map(([order]) => order);
}

function sameKeys(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => Object.hasOwn(other, key));
}
