// Rings after a sync whose push was accepted (B5), whichever process of this machine made it. No sync waits for it or fails by it.
import { livingDaemon } from '../../../operations/daemon/pid-file.ts';
import type { SyncDone } from '../../../operations/feature.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../../system/fleet/identity-file.ts';
import { type Pushed, type Ring, ringOf } from '../rules/ring.ts';
import { mayHaveBell, readBell } from '../system/bell-settings.ts';
import { credentialsFor } from '../system/credentials.ts';
import type { BellHandle } from './companion.ts';
import { leaveRing } from './rings-left.ts';

export function ringAfter(world: World, folder: FleetFolder, { said }: Pick<SyncDone, 'said'>, handle: BellHandle): void {
  if (said.length === 0 || !mayHaveBell(folder)) return;
  try {
    const ring = ringOf(said.flatMap(pushedIn));
    if (ring === null || handle.ring?.(ring) === true) return;
    const daemon = livingDaemon(folder);
    if (daemon?.pid === process.pid) return;
    if (daemon !== null) leaveRing(folder, ring);
    else void ringByItself(world, folder, ring).catch(() => {});
  } catch {
    // A hint that is not given makes the others slower, and nothing else.
  }
}

/** Somebody pushed by other ways, and which machines that concerns nobody has looked. */
export async function ringEverybody(world: World, folder: FleetFolder): Promise<void> {
  if (!mayHaveBell(folder)) return;
  const ring: Ring = { lane: readIdentity(folder).machine, tip: null, main: null, for: 'all' };
  if (livingDaemon(folder) !== null) leaveRing(folder, ring);
  else await ringByItself(world, folder, ring);
}

export function pushedIn({ seen, push, state }: SyncDone['said'][number]): readonly Pushed[] {
  if (seen === null || push === null) return [];
  const edits = push.main === 'accepted' ? seen.edits.going.map(({ edit }) => edit) : [];
  return [{ snapshot: seen.edits.snapshot, edits, state }];
}

async function ringByItself(world: World, folder: FleetFolder, ring: Ring): Promise<void> {
  const { bell } = readBell(folder);
  if (bell?.address == null) return;
  const { ringOnce } = await import('../adapters/ring-once.ts');
  const at = { ...bell, address: bell.address };
  await ringOnce(folder, at, credentialsFor(world.home, bell.address, bell), ring, world.clock.now().wallMs);
}
