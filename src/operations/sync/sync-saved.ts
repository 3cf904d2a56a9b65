// The sync of a command that has recorded something before. Guarantees that its error says so where it fails: what is recorded goes all the same, and
// said again it would be done twice.
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import type { World } from './dependencies.ts';
import { type SyncReport, sync } from './sync.ts';

export async function syncSaved(world: World, folder: FleetFolder): Promise<SyncReport> {
  return sync(world, folder).catch((error: unknown) => {
    throw withSaved(error);
  });
}

/** The same error, as whoever shows it knows it. */
export function withSaved(error: unknown, words = 'it is saved here, and a later sync pushes it'): unknown {
  if (error instanceof Error) error.message = `${error.message}; ${words}`;
  return error;
}
