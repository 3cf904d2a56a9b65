// R3, R3a, I1: one process writes a lane; whoever was shown that somebody else writes as it, or that main does not lead on from
// what it saw, starts nothing and pushes nothing. Judged by what the fetches showed and the hub took.
import type { DocumentsUpdate, RefUpdate } from '../../src/core/model/ledger/push.ts';
import type { Computer } from './computer.ts';
import { MAIN } from './sim-hub.ts';
import { judged, type Truth } from './truth.ts';

interface Known {
  /** Lane commits that it made. */
  readonly wrote: Set<string>;
  /** Those that it shares with the computer that it is a copy of. */
  shared: ReadonlySet<string>;
  sawForeign: boolean;
  main: string | null;
  /** Seen, and not on its disk yet. */
  pending: string | null;
  /** Shown to a process that died before it noted that: it lies in the clone, where a cycle without a fetch may find it. */
  left: string | null;
  sawRewritten: boolean;
}

export interface LaneChecks {
  onBegin(computer: Computer): void;
  onFetch(computer: Computer, refs: ReadonlyMap<string, string>): void;
  onSave(computer: Computer): void;
  onStart(computer: Computer, what: string): void;
  onStop(computer: Computer, what: string): void;
  onWrite(computer: Computer, updates: readonly RefUpdate[]): void;
  onPush(computer: Computer): void;
  onLane(computer: Computer, update: DocumentsUpdate, before: string | null): void;
  onMain(commit: string, parent: string | null): void;
  onCopy(original: Computer, copy: Computer): void;
  onJoinAs(computer: Computer): void;
  /** A person's word: this main is meant. */
  onAdopt(computer: Computer, main: string | null): void;
  /** Its last fetch showed a main that does not lead on from what it saw. */
  sawRewritten(computer: Computer): boolean;
}

export function laneOf(machine: number): string {
  return `refs/coord/machines/${machine}`;
}

export function createLaneChecks(truth: Truth): LaneChecks {
  const known = new Map<Computer, Known>();
  const parents = new Map<string, string | null>();
  /** Since there is a copy: who has moved the lane. */
  const movers = new Map<number, Set<string>>();
  const violated = (clause: string, text: string) => truth.violations.push({ clause, text });
  const of = (computer: Computer): Known => {
    const entry: Known = known.get(computer) ?? {
      ...{ wrote: new Set<string>(), shared: new Set<string>(), sawForeign: false },
      ...{ main: null, pending: null, left: null, sawRewritten: false },
    };
    known.set(computer, entry);
    return entry;
  };
  const leadsTo = (older: string, newer: string | null): boolean => {
    for (let at = newer; at !== null; at = parents.get(at) ?? null) if (at === older) return true;
    return false;
  };
  const mustBeFree = (computer: Computer, what: string) => {
    const { sawForeign, sawRewritten, main } = of(computer);
    if (main !== null) judged(truth, 'acts of a machine that was shown main');
    if (sawForeign)
      violated('R3', `${computer.name} ${what} though it was shown that another folder writes as machine ${computer.number}`);
    if (sawRewritten) violated('R3a', `${computer.name} ${what} though main does not lead on from what it saw`);
  };
  return {
    onBegin(computer) {
      const it = of(computer);
      it.left = it.pending ?? it.left;
      it.pending = null;
    },
    onFetch(computer, refs) {
      const it = of(computer);
      it.left = null;
      const main = refs.get(MAIN) ?? null;
      // What it is shown while it joins is where it begins.
      if (computer.number === 0) {
        it.pending = main;
        return;
      }
      const lane = refs.get(laneOf(computer.number));
      it.sawForeign = lane !== undefined && !it.wrote.has(lane);
      it.sawRewritten = it.main !== null && !leadsTo(it.main, main);
      it.pending = it.sawRewritten ? null : main;
    },
    onSave(computer) {
      const it = of(computer);
      const noted = it.pending ?? (it.left === computer.state()?.main ? it.left : null);
      if (noted === null) return;
      Object.assign(it, { main: noted, pending: null, left: null });
    },
    onStart: (computer, what) => mustBeFree(computer, `starts ${what}`),
    onStop(computer, what) {
      // A duplicate still stops what people take back (R3); where main was rewritten, nobody knows what they took back.
      if (of(computer).sawRewritten)
        violated('R3a', `${computer.name} stops ${what} though main does not lead on from what it saw`);
    },
    onPush: (computer) => {
      if (computer.number !== 0) mustBeFree(computer, 'pushes');
    },
    onWrite(computer, updates) {
      for (const { what, commit } of updates) if (what === 'lane') of(computer).wrote.add(commit);
    },
    onLane(computer, { ref, commit }, before) {
      const isMine =
        computer.number !== 0
          ? ref === laneOf(computer.number)
          : before === null || of(computer).wrote.has(before) || ref === laneOf(computer.joinsAs ?? 0);
      const isRemoval = computer.removes !== null && ref === laneOf(computer.removes);
      if (isRemoval) return;
      if (!isMine) violated('R3', `${computer.name}, machine ${computer.number}, wrote ${ref}, which was ${before}`);
      if (of(computer).shared.has(commit)) return;
      const since = movers.get(computer.number);
      since?.add(computer.name);
      if (since !== undefined && since.size > 1)
        violated('R3', `${[...since].join(' and ')} both write as machine ${computer.number}`);
    },
    onMain(commit, parent) {
      // R3b: of a shortened main it is what was there before, also where that main comes back.
      if (!parents.has(commit)) parents.set(commit, parent);
    },
    onCopy(original, copy) {
      const it = of(original);
      it.shared = new Set(it.wrote);
      known.set(copy, { ...it, wrote: new Set(it.wrote), shared: it.shared });
      movers.set(original.number, new Set());
    },
    onJoinAs(computer) {
      Object.assign(of(computer), { main: null, pending: null, left: null, sawRewritten: false, sawForeign: false });
    },
    onAdopt(computer, main) {
      Object.assign(of(computer), { main, pending: null, left: null, sawRewritten: false });
    },
    sawRewritten: (computer) => of(computer).sawRewritten,
  };
}
