// A connection to the bell of a process that is no daemon: for as long as it wants something of another machine (B8, B9).
import { randomInt } from 'node:crypto';
import type { World } from '../../../operations/sync/dependencies.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../../system/fleet/identity-file.ts';
import type { Link, LinkEvents } from '../adapters/link.ts';
import { mayHaveBell, readBell } from '../system/bell-settings.ts';
import { credentialsFor } from '../system/credentials.ts';

/** A daemon is 0, who rings by itself 1; of those who visit each is a sender of its own, so that none stands above another. */
const VISITOR_MIN = 2;
const ROLES = 2 ** 32;

/** `hears`: topics below a base. Null = this fleet has no bell. */
export async function visitBell(
  world: World,
  folder: FleetFolder,
  hears: readonly string[],
  events: Pick<LinkEvents, 'up' | 'heard' | 'bug'> & Partial<LinkEvents>,
): Promise<Link | null> {
  const bell = mayHaveBell(folder) ? readBell(folder).bell : null;
  if (bell?.address == null) return null;
  const { address } = bell;
  const { createLink } = await import('../adapters/link.ts');
  return createLink(
    {
      ...{ folder, machine: readIdentity(folder).machine, address, bell },
      part: { role: randomInt(VISITOR_MIN, ROLES), hears: () => hears, hasWill: false },
      ...{ credentials: () => credentialsFor(world.home, address, bell) },
      ...{ nowMs: () => world.clock.now().wallMs, fraction: () => world.random.fraction(), machines: () => 1 },
    },
    { down: () => {}, dropped: () => {}, ...events },
  );
}
