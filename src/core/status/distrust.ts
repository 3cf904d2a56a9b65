// T9: what a machine that demands signatures sees of a host that does not show everybody the same. Said on this machine alone; it decides nothing, and is
// on no board. Pure.
import type { JournalState } from '../model/ledger/journal.ts';
import type { Snapshot } from '../model/ledger/snapshot.ts';
import type { Instant } from '../model/machines/instant.ts';
import { machineLabel } from '../model/machines/machines.ts';
import { isLost } from '../presence/gone.ts';

const SHORT = 10;

/** Sentences. `now`: of the last look that was answered. */
export function distrust(snapshot: Snapshot, state: JournalState, now: Instant): readonly string[] {
  const { believed, machines } = snapshot;
  if (believed === undefined) return [];
  const forks = believed.forks.map(({ machine, theirs, mine }) => {
    const who = machineLabel(machine, machines);
    return `the host shows ${who} another main than this machine: ${theirs.slice(0, SHORT)} there, ${mine.slice(0, SHORT)} here, and neither leads on from the other; or somebody rewrote main: compare git log main on both`;
  });
  return isSilent(snapshot, state, now)
    ? [
        ...forks,
        'no other machine was heard of for 3 of its heartbeats: they are off, or the host may be withholding what they say',
      ]
    : forks;
}

/** There are others whose word counts here, and the lane of none has moved for its lease while looks were answered. */
function isSilent(snapshot: Snapshot, state: JournalState, now: Instant): boolean {
  const others = [...snapshot.machines].filter(
    ([machine, { lane, document }]) =>
      machine !== state.machine && lane !== null && document.state !== 'LEFT' && snapshot.believed?.doubted.has(machine) !== true,
  );
  return others.length > 0 && others.every(([machine]) => isLost(machine, snapshot, state, now));
}
