// What a person has to say twice: that a computer becomes a second machine of the fleet (I1), or a machine that another computer seems to be
// still (I2.6), and that a machine that seems to be there is removed (I4).
import { isoTime, minuteTime, parseTime } from '../../core/base/time.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import { numberedName } from '../../core/model/machines/machine-label.ts';
import { isDeclaredLost, leaseMs } from '../../core/presence/gone.ts';
import { CoordError } from '../../errors.ts';

/** Judged by the computers on the board, because the folder of that machine may be gone. Throws ANOTHER_MACHINE. */
export function mustBeNoMachineYet({ machines }: Snapshot, computer: string): void {
  const earlier = [...machines.values()].find(({ document }) => document.id === computer && document.state !== 'LEFT');
  if (earlier === undefined) return;
  const { machine, name } = earlier.document;
  throw new CoordError(
    'ANOTHER_MACHINE',
    `this computer is machine ${numberedName(machine, name)} of this fleet already`,
    `coord join <url> <folder> --as ${machine}, to go on as that one in a new folder; --again instead makes another machine`,
  );
}

/** Whoever is taken over halts, and what it runs counts as interrupted. A UUID alone may be a copy. Throws ANOTHER_MACHINE. */
export function mustBeSilent(
  snapshot: Snapshot,
  machine: number,
  { computer, wasHere }: { readonly computer: string; readonly wasHere: boolean },
  nowMs: number,
): void {
  const document = snapshot.machines.get(machine)?.document;
  const isSame = document?.id === computer;
  const heardMs = isSame && wasHere ? null : heardMsWithinLease(snapshot, machine, nowMs);
  if (document === undefined || heardMs === null) return;
  const heard = `was heard of at ${minuteTime(isoTime(heardMs))}`;
  const label = `machine ${numberedName(machine, document.name)}`;
  const take = `coord join <url> <folder> --as ${machine} --again, to take its place; without --as, `;
  throw new CoordError(
    'ANOTHER_MACHINE',
    isSame
      ? `${label} ${heard}, and policy.yaml here lists no folder of it at this address: the UUID may be a copy`
      : `${label} is another computer, which ${heard}`,
    isSame ? `${take}--again makes a machine of its own` : `${take}this computer is a machine of its own`,
  );
}

/** I4: the same of a machine that a person takes for gone for good. */
export function mustBeGone(snapshot: Snapshot, machine: number, nowMs: number): void {
  const view = snapshot.machines.get(machine);
  const heardMs = heardMsWithinLease(snapshot, machine, nowMs);
  if (view === undefined || heardMs === null) return;
  const running = view.results.running.map(({ order }) => order);
  const runs = running.length === 0 ? '' : ` and runs ${running.slice(0, 3).join(', ')}${running.length > 3 ? ', …' : ''}`;
  throw new CoordError(
    'ANOTHER_MACHINE',
    `machine ${numberedName(machine, view.document.name)} was heard of ${Math.max(0, Math.round((nowMs - heardMs) / 1000))} s ago${runs}; expected a machine that is gone`,
    `coord leave, on it; or coord machines remove ${machine} --again, to remove it all the same`,
  );
}

/**
 * When it was heard of; null = longer ago than its lease, or it is known to be gone. Judged by what the fleet shows, which is dated by the clocks of
 * others: a wrong one asks once too often, or not at all, and decides nothing else (D7).
 */
function heardMsWithinLease({ machines, fleet }: Snapshot, machine: number, nowMs: number): number | null {
  const view = machines.get(machine);
  if (view === undefined || isDeclaredLost(machine, machines)) return null;
  const seen = [...machines.values()].flatMap(({ document }) => document.seen[machine] ?? []);
  const times = [view.lane?.madeMs ?? Number.NaN, ...[view.document.updated, ...seen].map(parseTime)];
  const heardMs = Math.max(...times.filter((time) => !Number.isNaN(time)));
  return nowMs - heardMs >= leaseMs(fleet, view.document) ? null : heardMs;
}
