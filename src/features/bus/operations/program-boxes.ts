// Lets the cycle put messages into the boxes of this machine (M8). A message that is put again, also after a crash, does not come twice.
import { ALL_PROGRAMS } from '../../../core/messages/program-address.ts';
import { BUS_LIMITS, type BusMessage, type LedgerMessage } from '../../../core/model/messages/bus.ts';
import { CoordError } from '../../../errors.ts';
import type { ProgramBoxes } from '../../../ports.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { createBox, put } from './box.ts';
import { stateOf } from './box-sight.ts';
import { boxOf, busRoot, knownPrograms, programsToTell } from './boxes.ts';
import { ledgerKey, noteSettled } from './ledger-marks.ts';

type Put = 'there' | 'full' | 'not there';

export function createProgramBoxes(folder: FleetFolder, me: number, nowMs: () => number): ProgramBoxes {
  const putOnce = (program: string, { source, number, from, at, priority, body }: LedgerMessage): Put => {
    if (Buffer.byteLength(body) > BUS_LIMITS.bodyBytesMax) return 'not there';
    const box = boxOf(folder, program);
    createBox(box);
    const key = ledgerKey(me, source, number);
    if (stateOf(box, key) !== null) return 'there';
    const message: BusMessage = { id: `${program}.${key}`, from, to: program, at, priority, body };
    return put(box, message, key, nowMs()) ? 'there' : 'full';
  };
  /** A box, or a disk, that cannot be used costs its messages, which people read then, and never the sync. */
  const orElse = <T>(work: () => T, otherwise: T): T => {
    try {
      return work();
    } catch (error) {
      if (error instanceof CoordError || (error instanceof Error && 'syscall' in error)) return otherwise;
      throw error;
    }
  };
  return {
    async handOver(message) {
      const isForAll = message.to === ALL_PROGRAMS;
      const known = orElse(() => (isForAll ? programsToTell(folder, nowMs()) : knownPrograms(folder)), []);
      const meant = isForAll ? known : known.filter((program) => program === message.to);
      const done = meant.map((program) => orElse(() => putOnce(program, message), 'not there'));
      // To all, a box that nobody empties leaves the message to the others.
      return done.includes('there') && !done.includes('not there');
    },
    // Where it cannot be noted, what was taken is remembered longer.
    settled: async (upTo) => orElse(() => noteSettled(busRoot(folder), me, upTo), undefined),
  };
}
