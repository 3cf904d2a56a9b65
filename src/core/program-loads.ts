// How many calls each local program has now, counted from this machine's runs.
import type { JournalState } from './model/journal.ts';
import type { LoadOf } from './programs-said.ts';

/** No run is a call yet. */
export function programLoads(_state: Pick<JournalState, 'active'>): LoadOf {
  return () => 0;
}
