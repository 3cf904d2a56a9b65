// What the bell hands in.
import type { Feature } from '../../operations/feature.ts';
import type { World } from '../../operations/sync/dependencies.ts';
import type { BellHandle } from './operations/companion.ts';
import { ringAfter } from './operations/ring-after.ts';

export const bell = (world: World): Feature => {
  const handle: BellHandle = { ring: null };
  return {
    name: 'bell',
    checks: async () => [(await import('./operations/doctor-check.ts')).bellCheck],
    companion: async (folder) => (await import('./operations/companion.ts')).bellCompanion(world, folder, handle),
    live: async (folder, asked, heard) => (await import('./operations/live-run.ts')).hearLive(world, folder, asked, heard),
    bring: async (...asked) => (await import('./operations/bring-file.ts')).bringFile(world, ...asked),
    afterSync: (folder, done) => ringAfter(world, folder, done, handle),
  };
};
