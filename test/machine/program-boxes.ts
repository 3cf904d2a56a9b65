// The boxes of a machine's programs, in memory.
import type { LedgerMessage } from '../../src/core/model/messages/bus.ts';
import type { ProgramBoxes } from '../../src/ports.ts';

export function boxesOf(programs: ReadonlyMap<string, LedgerMessage[]>): ProgramBoxes {
  return {
    async handOver(message) {
      const box = programs.get(message.to);
      const isThere = box?.some(({ source, number }) => source === message.source && number === message.number);
      if (isThere === false) box?.push(message);
      return box !== undefined;
    },
    settled: async () => {},
  };
}
