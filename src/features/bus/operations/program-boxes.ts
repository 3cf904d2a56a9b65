// Lets the cycle put messages into the boxes of this machine (M8). A message that is put again, also after a crash, does not come twice.
import { ALL_PROGRAMS } from '../../../core/messages/program-address.ts';
import { BUS_LIMITS, type BusMessage, type LedgerMessage } from '../../../core/model/messages/bus.ts';
import { CoordError } from '../../../errors.ts';
import type { ProgramBoxes } from '../../../ports.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { createBox, put } from './box.ts';
import { stateOf } from './box-sight.ts';
import { boxOf, busRoot, knownPrograms } from './boxes.ts';
import { ledgerKey, noteSettled } from './ledger-marks.ts';

export function createProgramBoxes(folder: FleetFolder, me: number, nowMs: () => number): ProgramBoxes {
  const putOnce = (program: string, { source, number, from, at, priority, body }: LedgerMessage): boolean => {
    if (Buffer.byteLength(body) > BUS_LIMITS.bodyBytesMax) return false;
    const box = boxOf(folder, program);
    createBox(box);
    const key = ledgerKey(me, source, number);
    if (stateOf(box, key) !== null) return true;
    const message: BusMessage = { id: `${program}.${key}`, from, to: program, at, priority, body };
    return put(box, message, key, nowMs());
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
      const known = orElse(() => knownPrograms(folder), []);
      const meant = message.to === ALL_PROGRAMS ? known : known.filter((program) => program === message.to);
      const isThere = meant.map((program) => orElse(() => putOnce(program, message), false));
      return isThere.length > 0 && isThere.every((it) => it);
    },
    // Where it cannot be noted, what was taken is remembered longer.
    settled: async (upTo) => orElse(() => noteSettled(busRoot(folder), me, upTo), undefined),
  };
}
