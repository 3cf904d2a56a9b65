// The cycle's way to the boxes of this machine (M8): said again, also after a crash at any point, nothing comes twice.
import { BUS_LIMITS, type BusMessage, type LedgerMessage } from '../../core/model/bus.ts';
import { ALL_PROGRAMS } from '../../core/program-address.ts';
import type { ProgramBoxes } from '../../ports.ts';
import type { FleetFolder } from '../../system/fleet-folder.ts';
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
  return {
    async handOver(message) {
      const known = knownPrograms(folder);
      const meant = message.to === ALL_PROGRAMS ? known : known.filter((program) => program === message.to);
      return meant.length > 0 && meant.map((program) => putOnce(program, message)).every((isThere) => isThere);
    },
    settled: async (upTo) => noteSettled(busRoot(folder), me, upTo),
  };
}
