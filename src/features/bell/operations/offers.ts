// What a machine says to who wants something of it over the bell: lines of a run here (B8), a file that one left (B9).
import type { World } from '../../../operations/sync/dependencies.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { createFileStreams } from './file-streams.ts';
import { liveStreamsOf } from './live-streams.ts';

export interface Offers {
  /** A value from the wire. */
  wanted(kind: 'lines' | 'file', value: unknown): void;
  end(): void;
}

/** `say`: to whoever listens; returns its bytes on the wire. */
export function createOffers(world: World, folder: FleetFolder, say: (value: unknown) => number): Offers {
  const lines = liveStreamsOf(world, folder, say);
  const files = createFileStreams({
    async find(sha256) {
      const [left] = (await world.features()).flatMap(({ leftFiles }) => leftFiles ?? []);
      return left === undefined ? { none: 'gone' } : left.held(folder, sha256);
    },
    say,
  });
  return {
    wanted: (kind, value) => (kind === 'lines' ? lines : files).wanted(value),
    end() {
      lines.end();
      files.end();
    },
  };
}
