// Ends of runs are journaled first; then their folders are discarded, with the environment in them. The journal names folders that are still to be
// discarded, so that a kill in between leaves none for good, and an idle cycle looks at no run that is over.
import { isoTime } from '../../core/base/time.ts';
import { observeRuns } from '../../core/cycle/observe-runs.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { RunSight } from '../../core/model/orders/run.ts';
import type { Machine } from '../context.ts';

/** Looks at every run that is not known to have ended, and journals what ended. */
export async function collectExits(machine: Machine, state: JournalState): Promise<JournalState> {
  const next = state.active.length === 0 ? state : await journalExits(machine, state);
  if (next.undiscarded.length === 0) return next;
  for (const key of next.undiscarded) {
    await machine.runner.discard(key);
    machine.step('run-discarded');
  }
  const last = { ...next, undiscarded: [] };
  // An end is usually saved with this cycle's push; if it was not, the next cycle collects it again.
  if (state.undiscarded.length > 0) await machine.journal.save(last);
  return last;
}

async function journalExits(machine: Machine, state: JournalState): Promise<JournalState> {
  const sights = new Map<string, RunSight>();
  for (const run of state.active) sights.set(run.key, await machine.runner.look(run.key, run.begun));
  machine.step('exits-seen');
  const next = observeRuns(state, sights, machine.clean, isoTime(machine.clock.now().wallMs));
  if (next !== state) await machine.journal.save(next);
  machine.step('exits-journaled');
  return next;
}
