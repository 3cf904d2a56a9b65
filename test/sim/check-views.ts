// C4a: what a process of a machine has shown, no process of that machine shows an older state of it later. A view is computed from the
// refs that it rests on, so each of them is looked up in the hub's own history: it must not stand before where it was shown last. Only
// its own lane and claims can seem to go back: behind a mirror that lags, a fetch shows them as they were before its last push.
import type { Snapshot } from '../../src/core/model/ledger/snapshot.ts';
import { laneOf } from './check-lanes.ts';
import type { Computer } from './computer.ts';
import { MAIN, type SimHub } from './sim-hub.ts';
import { judged, type Truth } from './truth.ts';

export interface ViewChecks {
  /** Its mirror has answered. */
  onFetch(computer: Computer): void;
  /** A sync of it has ended. `by`: which process. */
  onView(computer: Computer, snapshot: Snapshot, by: string): void;
  onCopy(original: Computer, copy: Computer): void;
}

export function createViewChecks(truth: Truth, hub: SimHub): ViewChecks {
  /** By computer and ref: the first state of the hub that fits what was shown. */
  const shown = new Map<Computer, Map<string, number>>();
  /** By computer: who showed something last. */
  const showed = new Map<Computer, string>();
  const violated = (text: string) => truth.violations.push({ clause: 'C4a', text });
  return {
    onFetch(computer) {
      const seen = shown.get(computer) ?? new Map<string, number>();
      for (const [ref, since] of seen) if (ref !== MAIN) seen.set(ref, Math.min(since, computer.line.shownAt));
    },
    onView(computer, snapshot, by) {
      const seen = shown.get(computer) ?? new Map<string, number>();
      shown.set(computer, seen);
      const others = (showed.get(computer) ?? by) !== by;
      judged(truth, others ? 'views after those of another process' : 'views');
      showed.set(computer, by);
      const refs = refsOf(snapshot);
      for (const [ref, moves] of hub.moves) {
        const value = refs.get(ref) ?? null;
        const since = seen.get(ref) ?? 0;
        // From this move until the next one the ref stood so.
        const fits = moves.find(({ commit }, at) => commit === value && (moves[at + 1]?.at ?? Number.POSITIVE_INFINITY) > since);
        if (fits !== undefined) seen.set(ref, Math.max(since, fits.at));
        else
          violated(
            `${by} of ${computer.name} shows ${ref} at ${value?.slice(0, 7) ?? 'nothing'}, and this machine has shown something newer`,
          );
      }
    },
    onCopy: (original, copy) => void shown.set(copy, new Map(shown.get(original))),
  };
}

function refsOf({ main, lanes, claims }: Snapshot): ReadonlyMap<string, string> {
  const refs = new Map<string, string>();
  if (main.commit !== null) refs.set(MAIN, main.commit);
  for (const [machine, { commit }] of lanes) refs.set(laneOf(machine), commit);
  for (const [name, { commit }] of claims) refs.set(`refs/coord/claims/${name}`, commit);
  return refs;
}
