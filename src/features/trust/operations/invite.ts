// Invites a machine (T4): signs the public part of a new secret into the trust, and makes the line that the other machine needs. The secret is in
// that line alone.
import { isoTime } from '../../../core/base/time.ts';
import { CoordError } from '../../../errors.ts';
import { nameFor } from '../../../operations/machine/machine-name.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../../system/fleet/identity-file.ts';
import { withoutCredentials } from '../../../system/git/without-credentials.ts';
import { type Guest, inviteLine } from '../documents/invitation.ts';
import { newSecret, publicOf } from '../system/invite-secret.ts';
import { readTaken } from '../system/taken-invitations.ts';
import { readPin } from '../system/trust-pin.ts';
import { changeTrust } from './trust-on.ts';

interface Wanted {
  readonly name: string;
  readonly lengthMs: number;
  /** The key file of the root person; null = ssh-agent's, or one of ~/.ssh. */
  readonly file: string | null;
}

interface Invited {
  readonly line: string;
  /** ISO 8601 UTC. */
  readonly until: string;
  readonly landed: boolean;
}

export async function invite(world: World, folder: FleetFolder, { name, lengthMs, file }: Wanted): Promise<Invited> {
  nameFor(name, 0, null);
  const secret = newSecret();
  const until = isoTime(world.clock.now().wallMs + lengthMs);
  const { landed, by } = await changeTrust(world, folder, file, (before) => {
    if (before.threshold > 1)
      throw new CoordError(
        'REFUSED',
        `${before.threshold} root people say who comes in to this fleet: an invitation of one is none`,
        'coord trust admit, once it has joined',
      );
    return { ...before, invited: { ...before.invited, [name]: { key: publicOf(secret), expires: until } } };
  });
  const url = withoutCredentials(readIdentity(folder).remote);
  return { line: inviteLine({ url, name, root: by, secret }), until, landed };
}

/** Machines that came in by invitations, as this machine noted them, and that the trust does not name itself yet. */
export function guestsHere({ home }: Pick<World, 'home'>, { root }: FleetFolder): readonly Guest[] {
  const trust = readPin(home, root);
  const keys = new Set(Object.values(trust?.invited ?? {}).map(({ key }) => key));
  const guests = Object.entries(readTaken(home, root)).filter(([key]) => keys.has(key));
  return guests.flatMap(([, guest]) => (trust?.machines[guest.machine] === undefined ? [guest] : []));
}
