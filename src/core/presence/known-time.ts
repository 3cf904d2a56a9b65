// The time by which something is removed or forgotten for good (D7, D11.5, O8.1).
import type { JournalState } from '../model/ledger/journal.ts';
import type { Snapshot } from '../model/ledger/snapshot.ts';
import type { Instant } from '../model/machines/instant.ts';
import { liveMachines } from './gone.ts';

/** The own clock may be days ahead, so it counts no further than some other machine that lives has come by its own. */
export function knownTimeMs(snapshot: Snapshot, state: JournalState, now: Instant): number {
  const said = saidTimeMs(snapshot, state, now);
  return said === null ? now.wallMs : Math.min(now.wallMs, said);
}

/** The latest time that another live machine has come to by its own clock; null = none says one. */
export function saidTimeMs(snapshot: Snapshot, state: JournalState, now: Instant): number | null {
  const others = liveMachines(snapshot, state, now).filter((machine) => machine !== state.machine);
  const said = others.flatMap((machine) => snapshot.lanes.get(machine)?.madeMs ?? []);
  return said.length === 0 ? null : Math.max(...said);
}
