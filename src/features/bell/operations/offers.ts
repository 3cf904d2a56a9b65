// What a machine says to who wants something of it over the bell: lines of a run here (B8), a file that one left (B9).
import type { World } from '../../../operations/sync/dependencies.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../../system/fleet/identity-file.ts';
import type { Heard } from '../adapters/wire.ts';
import { FileGiver } from './file-giver.ts';
import { liveStreamsOf } from './live-streams.ts';

export interface Offers {
  wanted(kind: 'lines' | 'file', by: Pick<Heard, 'machine' | 'value'>): void;
  end(): void;
}

/** `say`: returns its bytes on the wire. */
export function createOffers(
  world: World,
  folder: FleetFolder,
  say: (kind: 'lines' | 'file', machine: number, value: unknown) => number,
): Offers {
  const own = readIdentity(folder).machine;
  const lines = liveStreamsOf(world, folder, (word) => void say('lines', own, word));
  const files = new FileGiver({
    async find(sha256) {
      const [left] = (await world.features()).flatMap(({ leftFiles }) => leftFiles ?? []);
      return left === undefined ? { none: 'gone' } : left.held(folder, sha256);
    },
    say: (machine, word) => say('file', machine, word),
  });
  return {
    wanted(kind, { machine, value }) {
      if (kind === 'lines') lines.wanted(value);
      else files.wanted(machine, value);
    },
    end() {
      lines.end();
      files.end();
    },
  };
}
