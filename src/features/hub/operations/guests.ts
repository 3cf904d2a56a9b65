// Adds, lists and removes guests, and says whose a token is. A token is shown once and kept as a hash.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { shellWord } from '../../../core/base/shell-word.ts';
import { isoTime } from '../../../core/base/time.ts';
import { isProgramName } from '../../../core/messages/program-address.ts';
import { CoordError } from '../../../errors.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { badName, openBox } from '../../bus/operations/boxes.ts';
import { GUESTS_MAX, type Guest, RIGHTS, type Right } from '../documents/guests.ts';
import { editGuests, hubPaths, readGuests, readSaid } from './hub-files.ts';

/** Returns its token. Throws USAGE for a name or a right that there is not, or for no right, REFUSED where there is such a guest, or too many. */
export async function addGuest(
  world: Pick<World, 'clock'>,
  folder: FleetFolder,
  id: string,
  may: readonly string[],
): Promise<string> {
  if (!isProgramName(id)) throw badName(id);
  const strange = may.length === 0 ? 'none' : may.find((right) => !(RIGHTS as readonly string[]).includes(right));
  if (strange !== undefined)
    throw new CoordError(
      'USAGE',
      `expected ${RIGHTS.join(', ')}, found ${strange}`,
      `coord guest add ${shellWord(id)} --may report,send`,
    );
  const token = randomBytes(32).toString('hex');
  const rights = RIGHTS.filter((right) => may.includes(right));
  await editGuests(folder, (before) => {
    const guests = readable(folder, before);
    if (guests.some((guest) => guest.id === id))
      throw new CoordError('REFUSED', `there is a guest ${id} already`, `coord guest remove ${shellWord(id)}, for a new token`);
    if (guests.length >= GUESTS_MAX)
      throw new CoordError('REFUSED', `there are ${GUESTS_MAX} guests already`, 'coord guest remove <id>');
    return [...guests, { id, may: rights, hash: hashOf(token), added: isoTime(world.clock.now().wallMs) }];
  });
  // Known on the bus from now on: what is sent to it before it ever asks waits for it.
  openBox(folder, id);
  return token;
}

/** Its token counts no more from this moment on. Throws NOT_FOUND. */
export async function removeGuest(folder: FleetFolder, id: string): Promise<void> {
  await editGuests(folder, (before) => {
    const guests = readable(folder, before);
    if (!guests.some((guest) => guest.id === id))
      throw new CoordError('NOT_FOUND', `no guest ${JSON.stringify(id)} is known here`, 'coord guest list');
    return guests.filter((guest) => guest.id !== id);
  });
}

export interface ListedGuest {
  readonly id: string;
  readonly may: readonly Right[];
  readonly added: string;
  /** What it reported last; null = nothing. */
  readonly status: string | null;
  readonly since: string | null;
}

/** Throws LOCAL_STATE where the file cannot be read. */
export function listGuests(folder: FleetFolder): readonly ListedGuest[] {
  const said = readSaid(folder);
  return readable(folder, readGuests(folder)).map(({ id, may, added }) => ({
    ...{ id, may, added },
    status: said[id]?.text ?? null,
    since: said[id]?.since ?? null,
  }));
}

/** Null = it is nobody's. */
export function guestOf(folder: FleetFolder, token: string): Guest | null {
  const hash = Buffer.from(hashOf(token));
  return readGuests(folder)?.find((guest) => timingSafeEqual(Buffer.from(guest.hash), hash)) ?? null;
}

function readable(folder: FleetFolder, guests: readonly Guest[] | null): readonly Guest[] {
  if (guests !== null) return guests;
  const { guests: path } = hubPaths(folder);
  throw new CoordError('LOCAL_STATE', `${path} cannot be read: nobody is a guest until that is fixed`, `rm ${shellWord(path)}`);
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
