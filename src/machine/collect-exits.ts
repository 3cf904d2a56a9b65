// Ends of runs: journaled first, and then their folders are discarded, with the environment that stands in them.
import type { JournalState } from '../core/model/journal.ts';
import type { RunSight } from '../core/model/run.ts';
import { observeRuns } from '../core/observe.ts';
import { isoTime } from '../core/time.ts';
import type { Machine } from './context.ts';

/** Looks at every run that is not known to have ended, and journals what ended. */
export async function collectExits(machine: Machine, state: JournalState): Promise<JournalState> {
  const next = state.active.length === 0 ? state : await journalExits(machine, state);
  // Also of runs whose end an earlier process has journaled: it can have been killed right after.
  const goOn = new Set(next.active.map(({ key }) => key));
  const ended = state.active.filter(({ key }) => !goOn.has(key)).map(({ key }) => key);
  for (const key of new Set([...ended, ...((await machine.runner.leftOver?.(goOn)) ?? [])])) {
    await machine.runner.discard(key);
    machine.step('run-discarded');
  }
  return next;
}

async function journalExits(machine: Machine, state: JournalState): Promise<JournalState> {
  const sights = new Map<string, RunSight>();
  for (const run of state.active) sights.set(run.key, await machine.runner.look(run.key));
  machine.step('exits-seen');
  const next = observeRuns(state, sights, machine.clean, isoTime(machine.clock.now().wallMs));
  if (next !== state) await machine.journal.save(next);
  machine.step('exits-journaled');
  return next;
}
