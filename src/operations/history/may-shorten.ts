// What refuses to shorten a history, and what of it has to stay. Guarantees that no machine that has not left loses the main that it saw last, and that no
// version that is in force loses its commit.
import { isoTime, parseTime } from '../../core/base/time.ts';
import { type Announcement, cameToMainMs } from '../../core/cycle/observe-announced.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { MainCommit } from '../../core/model/ledger/main-history.ts';
import type { ShorteningPlan } from '../../core/model/ledger/shortening.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import { numberedName } from '../../core/model/machines/machine-label.ts';
import { parseFleet } from '../../documents/fleet/fleet.ts';
import { FLEET_PATH } from '../../documents/paths.ts';
import { machineNumbers } from '../../documents/snapshot/snapshot-machines.ts';
import { CoordError } from '../../errors.ts';
import type { Ledger } from '../../ports.ts';

/** A machine that has said nothing for so long after the announced time sleeps: it is not waited for, and what it saw stays. */
const ASLEEP_MS = 6 * 86_400_000;
/** Changes of one document that are looked through for a version. */
const CHANGES_MAX = 100_000;

export interface Standing {
  readonly machine: number;
  readonly label: string;
  /** The main that it saw last; null = nobody can tell, because the host has no lane of it, or one that cannot be read. */
  readonly parent: string | null;
}

/** Machines that have not left, this one too. Whose documents cannot be read has not, and a host that lost a lane knows its machine by the board alone. */
export function standing({ lanes, machines, board }: Snapshot): readonly Standing[] {
  return machineNumbers(lanes, [board.files], []).flatMap((machine) => {
    const document = machines.get(machine)?.document;
    const label = `machine ${numberedName(machine, document?.name)}`;
    return document?.state === 'LEFT' ? [] : [{ machine, label, parent: lanes.get(machine)?.parent ?? null }];
  });
}

/** A commit of main that has to stay, with all that is newer. */
export interface Stay {
  readonly commit: string;
  /** What it is, to people: `what machine 2 pc saw last`. */
  readonly what: string;
}

/** What each machine saw, and what brought the versions that are in force (D4, O20). Nothing with a board of its own (F4). */
export async function mustStay(ledger: Ledger, snapshot: Snapshot, state: JournalState): Promise<readonly Stay[]> {
  if (snapshot.fleet.board !== null) return [];
  const seen = standing(snapshot).map(({ parent, label }) => ({ commit: parent, what: `what ${label} saw last` }));
  const here = [state.main, state.pushedMain].map((commit) => ({ commit, what: 'what this machine saw last' }));
  const versions: Stay[] = [];
  for (const [path, { good }] of Object.entries(snapshot.versions ?? {})) {
    const older = good.filter((id) => id !== snapshot.main.files.get(path));
    if (older.length === 0) continue;
    const commits = await wholeHistory(ledger, path, 'all');
    for (const id of older) {
      const from = commits.find(({ changes }) => changes.get(path)?.after === id);
      if (from !== undefined) versions.push({ commit: from.commit, what: `the version of ${path} that is in force` });
    }
  }
  return [...seen, ...here, ...versions].flatMap(({ commit, what }) => (commit === null ? [] : [{ commit, what }]));
}

const syncOrRemove = ({ machine }: Standing): string =>
  `coord sync on it; coord machines remove ${machine}, if it is gone for good`;

/** REFUSED for now: a machine has not seen the announcement, and is waited for. */
export class NotSeen extends CoordError {
  /** As it is named to people. */
  readonly waitsFor: string;
  readonly machine: number;
  /** ISO 8601 UTC: from then on it is not waited for. */
  readonly until: string;

  constructor(one: Standing, untilMs: number) {
    super('REFUSED', `${one.label} has not said that it saw the announcement yet`, syncOrRemove(one));
    this.waitsFor = one.label;
    this.machine = one.machine;
    this.until = isoTime(untilMs);
  }
}

/** Throws NotSeen for the first such machine. */
export async function mustBeSeen(
  ledger: Ledger,
  snapshot: Snapshot,
  state: JournalState,
  { compactAt, keepMs, nowMs }: Announcement & { readonly nowMs: number },
): Promise<void> {
  const announced = await announcedBy(ledger, { compactAt, keepMs });
  // An announcement that waited for a host may come after its time.
  const cameMs = cameToMainMs(state, { compactAt, keepMs }, announced?.at ?? null, nowMs);
  const untilMs = Math.max(parseTime(compactAt), cameMs) + ASLEEP_MS;
  if (nowMs >= untilMs) return;
  for (const one of standing(snapshot)) {
    const { machine, parent } = one;
    if (machine === state.machine) continue;
    if (announced === null || parent === null || !(await ledger.follows(announced.commit, parent)))
      throw new NotSeen(one, untilMs);
  }
}

/** Throws FAILED where git was too slow: nobody can tell then. */
async function wholeHistory(ledger: Ledger, path: string, sides: 'brought' | 'all'): Promise<readonly MainCommit[]> {
  const { commits, isCut, isPart } = await ledger.history({ paths: [path], countMax: CHANGES_MAX, sinceMs: null, sides });
  // A host that has no more itself has nothing to tell.
  if (!isCut || isPart) return commits;
  throw new CoordError('FAILED', `the history of ${path} was not read to its beginning in time`, 'coord compact');
}

/** The commit that brought this announcement, as it stands now; null = none is found. */
export async function announcedBy(ledger: Ledger, { compactAt, keepMs }: Announcement): Promise<MainCommit | null> {
  // A person who merges what others have pushed announces nothing.
  const commits = await wholeHistory(ledger, FLEET_PATH, 'brought');
  let found: MainCommit | null = null;
  for (const commit of commits) {
    const id = commit.changes.get(FLEET_PATH)?.after ?? null;
    const blob = id === null ? undefined : (await ledger.read([id])).get(id);
    const said = blob?.kind === 'text' ? parseFleet(blob.text).value : null;
    // D4: what cannot be read changed nothing.
    if (said === null) continue;
    if (said.compactAt !== compactAt || said.keepHistoryMs !== keepMs) break;
    found = commit;
  }
  return found;
}

/** What stays although it is older than what was asked for, to people. */
export function heldBy(stays: readonly Stay[], { held, dated }: Pick<ShorteningPlan, 'held' | 'dated'>): readonly string[] {
  const doubtful =
    dated === undefined ? [] : [`commit ${dated.commit.slice(0, 10)} (of ${dated.at.slice(0, 10)}, below older dates)`];
  return [...new Set([...doubtful, ...stays.flatMap(({ commit, what }) => (held.includes(commit) ? [what] : []))])];
}

/** Throws REFUSED where nothing can go, or somebody would halt. */
export function mustBeCut(snapshot: Snapshot, stays: readonly Stay[], plan: ShorteningPlan | null): ShorteningPlan {
  // F4: machines see main, and only the board's branch is shortened.
  if (snapshot.fleet.board === null) mustHoldAll(snapshot, plan?.missing ?? []);
  if (plan !== null && plan.dropped > 0) return plan;
  const holders = plan === null ? [] : heldBy(stays, plan);
  const what = holders.length === 0 ? 'nothing is old enough' : `${listed(holders)}, with all that is newer`;
  // Whose date it is helps only where nobody who sleeps holds as much.
  const dated = holders.length > 1 ? undefined : plan?.dated?.commit.slice(0, 10);
  const help =
    dated === undefined ? 'coord machines, which says who sleeps' : `git show -s ${dated}, which says whose date that is`;
  throw new CoordError('REFUSED', `nothing was changed: ${what}`, help);
}

function listed(holders: readonly string[]): string {
  const last = holders.at(-1) ?? '';
  return holders.length === 1 ? `${last} stays` : `${holders.slice(0, -1).join(', ')} and ${last} stay`;
}

/** Throws REFUSED where the history lacks what a machine saw: it has halted, or nobody knows what it saw. */
export function mustHoldAll(snapshot: Snapshot, missing: readonly string[]): void {
  const unseen = standing(snapshot).find(({ parent }) => parent === null || missing.includes(parent));
  if (unseen === undefined && missing.length === 0) return;
  const what =
    unseen?.parent === null
      ? `nobody can tell what ${unseen.label} saw last, so it might halt`
      : `this history does not hold what ${unseen?.label ?? 'this machine'} saw last, so it would halt`;
  throw new CoordError('REFUSED', what, unseen === undefined ? 'coord sync' : syncOrRemove(unseen));
}
