// What the daemon starts for the bell.
import type { World } from '../../../operations/sync/dependencies.ts';
import type { Companion } from '../../../ports.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import type { Ring } from '../rules/ring.ts';
import { BellLife } from './bell-life.ts';

/** What rings where a daemon of this process is connected; false = it is not. */
export interface BellHandle {
  ring: ((ring: Ring) => boolean) | null;
}

export function bellCompanion(world: World, folder: FleetFolder, handle: BellHandle): Companion {
  return {
    name: 'the bell',
    async start(daemon) {
      const life = new BellLife(world, folder, daemon);
      handle.ring = (ring) => life.ring(ring);
      await life.obey();
      const endSynced = daemon.onSynced(() => void life.obey());
      return {
        async end() {
          handle.ring = null;
          endSynced();
          await life.end();
        },
      };
    },
  };
}
