// F3: last-seen times reach the board with other news, and not by the clock alone. Pure. A checkpoint is only noted here and rides on this machine's
// next push, so a fleet in which nothing happens writes none.
import { isoTime } from '../base/time.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import type { Snapshot } from '../model/ledger/snapshot.ts';
import type { Instant } from '../model/machines/instant.ts';
import { isOver } from '../presence/elapsed.ts';
import { liveMachines } from '../presence/gone.ts';

/** F3. */
const CHECKPOINT_MS = 900_000;

/**
 * The state with the last-seen times of all others, if it is this machine's turn and something else has moved, or it has news of its own
 * (`speaks`); else the same state. `facts`: equal texts mean that nothing else has moved (`factsOf` in machine/steps/derive.ts).
 * `shownAt`: when the lanes were last looked at, where this cycle did not (C4a): until the next look nobody stands still (O4).
 */
export function checkpoint(
  state: JournalState,
  snapshot: Snapshot,
  now: Instant,
  { facts, speaks, shownAt = now }: { readonly facts: string; readonly speaks: boolean; readonly shownAt?: Instant },
): JournalState {
  const isDue = state.checkpointAt === null || isOver(state.checkpointAt, now, CHECKPOINT_MS);
  if (!isDue || (!speaks && facts === state.checkpointOf) || liveMachines(snapshot, state, shownAt)[0] !== state.machine)
    return state;
  const seen: Record<number, string> = {};
  for (const [machine, { at }] of Object.entries(state.observed)) {
    const document = snapshot.machines.get(Number(machine))?.document;
    if (document !== undefined && document.state !== 'LEFT') seen[Number(machine)] = isoTime(at.wallMs);
  }
  return { ...state, seen, checkpointAt: now, checkpointOf: facts };
}
