// What a person has to say twice before a computer joins: that it becomes a second machine of the fleet (I1), or a machine that another computer
// seems to be still (I2.6).
import { isoTime, minuteTime, parseTime } from '../../core/base/time.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import { isDeclaredLost, leaseMs } from '../../core/presence/gone.ts';
import { CoordError } from '../../errors.ts';

/** Judged by the computers on the board, because the folder of that machine may be gone. Throws ANOTHER_MACHINE. */
export function mustBeNoMachineYet({ machines }: Snapshot, computer: string): void {
  const earlier = [...machines.values()].find(({ document }) => document.id === computer && document.state !== 'LEFT');
  if (earlier === undefined) return;
  const { machine, name } = earlier.document;
  throw new CoordError(
    'ANOTHER_MACHINE',
    `this computer is machine ${machine} ${name} of this fleet already`,
    `coord join <url> <folder> --as ${machine}, to go on as that one in a new folder; --again instead makes another machine`,
  );
}

/**
 * Whoever is taken over halts, and what it runs counts as interrupted. Judged by what the fleet shows, which is dated by the clocks of others: a
 * wrong one asks once too often, or not at all, and decides nothing else (D7). Throws ANOTHER_MACHINE.
 */
export function mustBeSilent({ machines, fleet }: Snapshot, machine: number, computer: string, nowMs: number): void {
  const view = machines.get(machine);
  if (view === undefined || view.document.id === computer || isDeclaredLost(machine, machines)) return;
  const seen = [...machines.values()].flatMap(({ document }) => document.seen[machine] ?? []);
  const times = [view.lane?.madeMs ?? Number.NaN, ...[view.document.updated, ...seen].map(parseTime)];
  const heardMs = Math.max(...times.filter((time) => !Number.isNaN(time)));
  if (nowMs - heardMs >= leaseMs(fleet, view.document)) return;
  throw new CoordError(
    'ANOTHER_MACHINE',
    `machine ${machine} ${view.document.name} is another computer, which was heard of at ${minuteTime(isoTime(heardMs))}`,
    `coord join <url> <folder> --as ${machine} --again, to take its place; without --as, this computer is a machine of its own`,
  );
}
