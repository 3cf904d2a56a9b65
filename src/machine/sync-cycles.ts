// C8: one sync repeats the cycle while it has cause. The caller holds the lock (C7).
import type { Machine } from './context.ts';
import { type CycleOptions, runCycle } from './cycle.ts';
import type { CycleOutcome } from './outcome.ts';

/** C8. */
export const CYCLES_MAX = 3;
/** D5: a person's edit that met another writer is rebuilt and pushed again this often before it waits in the outbox. */
const EDIT_TRIES_MAX = 8;
const EDIT_RETRY_MS = 150;

export interface SyncCycles {
  /** Told of each cycle as it ends, the last one too. */
  onCycle(outcome: CycleOutcome): void;
  pause(ms: number): Promise<unknown>;
}

/** Returns the outcome of the last cycle. Only the first one may rest on an earlier view (C4a). */
export async function runCycles(machine: Machine, options: CycleOptions, { onCycle, pause }: SyncCycles): Promise<CycleOutcome> {
  const syncedAt = machine.clock.now();
  let editTries = 0;
  for (let cycles = 1; ; cycles += 1) {
    const outcome = await runCycle(machine, { ...options, syncedAt, mayRecall: cycles === 1 && options.mayRecall === true });
    onCycle(outcome);
    if (options.dryRun) return outcome;
    if (isRefusedEdit(outcome) && editTries < EDIT_TRIES_MAX) {
      editTries += 1;
      await pause(EDIT_RETRY_MS * editTries * (0.5 + machine.random.fraction()));
    } else if (!hasMoreToDo(outcome) || cycles >= CYCLES_MAX + editTries) return outcome;
  }
}

/** R1a: where the lane alone was refused too, the host takes nothing now, and no other writer was met. */
function isRefusedEdit({ push, seen, state }: CycleOutcome): boolean {
  if (push?.main !== 'refused' || push.lane === 'refused') return false;
  return (seen?.edits.going.length ?? 0) > 0 && state.boardRefused === null;
}

/** Causes for another cycle: a lane that was refused or not answered (fetch the truth), an edit that landed, or may have (R5), or a slot that got free (start more). */
export function hasMoreToDo(outcome: CycleOutcome): boolean {
  if (outcome.push === null || outcome.trouble !== null) return false;
  if (outcome.push.lane !== 'accepted' || (!outcome.fetched && outcome.push.main === 'refused')) return true;
  // O2: a claim counts once a fetch after its push has shown it. I4: so does LEFT.
  if (outcome.state.claims.length > 0 || outcome.state.leaving !== null) return true;
  const mayHaveLanded = ['accepted', 'unknown'].includes(outcome.push.main ?? '') && (outcome.seen?.edits.going.length ?? 0) > 0;
  return mayHaveLanded || outcome.waiting.some((order) => order.code === 'startsNext');
}
