// Takes what a fetch showed into the journal's state. Pure (C1). The same state object comes back if nothing was new, so that nothing needs to
// be written (C3).
import { isoTime } from '../base/time.ts';
import { seeSchedules } from '../decide/schedules-seen.ts';
import { seeTriggers } from '../decide/triggers-seen.ts';
import type { JournalState, SeenVersions } from '../model/ledger/journal.ts';
import type { Snapshot } from '../model/ledger/snapshot.ts';
import type { Instant } from '../model/machines/instant.ts';
import { settledPause } from '../orders/pause.ts';
import { observedMs } from '../presence/elapsed.ts';
import { withAccepted } from '../presence/heartbeat.ts';
import { forget } from '../runs/journal-retention.ts';
import { asBelieved } from './as-believed.ts';
import { duplicateOf } from './detect-duplicate.ts';
import { observeAnnounced } from './observe-announced.ts';
import { observeSpent } from './observe-spent.ts';
import { observeClaims } from './own-claims.ts';
import { observeUnanswered } from './who-answers.ts';

/**
 * Takes what the ledger showed into the state: whether other lanes moved (O4), and whether somebody else writes as this machine (R3). `computer`:
 * UUID of the computer that this runs on; null = that of the state.
 */
export function observeLedger(known: JournalState, snapshot: Snapshot, now: Instant, computer: string | null): JournalState {
  const state = watchLanes(known.computer === null && computer !== null ? { ...known, computer } : known, snapshot, now);
  const duplicate = duplicateOf(state, snapshot, computer);
  const admitted = admittedIn(state, snapshot);
  const versions = withVersions(state.versions, snapshot.versions ?? {});
  const isNews = duplicate !== state.duplicate || admitted !== state.admitted || versions !== state.versions;
  const next = isNews ? { ...state, duplicate, admitted, versions } : state;
  // The answer first: which lane has not said that an announcement was seen, is judged by the last one that was accepted (R3b.3).
  const told = observeAnnounced(withAnswer(next, snapshot), snapshot, now.wallMs);
  const answered = observeUnanswered(withPause(told, now), snapshot, now);
  const believed = asBelieved(snapshot);
  const claimed = observeClaims(observeSpent(answered, believed, now), believed, isoTime(now.wallMs));
  return forget(seeTriggers(seeSchedules(claimed, believed, now), believed), snapshot, now);
}

/** O4: with what each lane is at, and since when. A machine that halts watches too (R3a): a lane that moved meanwhile did not stand still. */
export function watchLanes(state: JournalState, snapshot: Snapshot, now: Instant): JournalState {
  const observed: Record<number, JournalState['observed'][number]> = {};
  const uncounted = new Set(snapshot.uncounted);
  let moved = false;
  for (const [machine, lane] of snapshot.lanes) {
    if (machine === state.machine || uncounted.has(machine)) continue;
    const { commit } = lane;
    // A word that came to main alone, in a push whose lane is still under way, is a sign of life too (D2).
    const beat = Math.max(lane.beat, snapshot.machines.get(machine)?.document.beat ?? 0);
    const before = state.observed[machine];
    const stands = before !== undefined && before.commit === commit && beat <= before.beat && observedMs(before.at, now) !== null;
    observed[machine] = stands ? before : { commit, beat, at: now };
    moved ||= !stands;
  }
  moved ||= Object.keys(state.observed).length !== Object.keys(observed).length;
  return moved ? { ...state, observed } : state;
}

/** How many machines are remembered: as many as a fleet can have. */
const ADMITTED_MAX = 1000;

/** R8: with machines that count here for the first time. A machine that has left takes no place and is not remembered: its number may come back as another machine. */
function admittedIn({ admitted }: JournalState, { lanes, machines, uncounted }: Snapshot): readonly number[] {
  const known = new Set([...admitted, ...(uncounted ?? [])]);
  const counts = (machine: number) => !known.has(machine) && machines.get(machine)?.document.state !== 'LEFT';
  const fresh = [...lanes.keys()].filter(counts);
  if (fresh.length === 0) return admitted;
  const all = [...admitted, ...fresh];
  return (all.length <= ADMITTED_MAX ? all : all.filter((machine) => lanes.has(machine))).slice(0, ADMITTED_MAX);
}

type Versions = JournalState['versions'];

/** D4. The same object where nothing is new. */
function withVersions(known: Versions, seen: Versions): Versions {
  const isSame = ([path, { good, bad, main }]: readonly [string, SeenVersions]) =>
    known[path]?.main === main && sameList(good, known[path]?.good ?? []) && sameList(bad, known[path]?.bad ?? []);
  return Object.entries(seen).every(isSame) ? known : { ...known, ...seen };
}

function sameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id, index) => id === other[index]);
}

function withPause(state: JournalState, now: Instant): JournalState {
  const pause = settledPause(state.pause, now);
  return pause === state.pause ? state : { ...state, pause };
}

/** R5: a push whose answer was lost was accepted if the lane shows it. */
function withAnswer(state: JournalState, snapshot: Snapshot): JournalState {
  const { tried } = state;
  return tried !== null && snapshot.lanes.get(state.machine)?.commit === tried.commit ? withAccepted(state, tried) : state;
}
