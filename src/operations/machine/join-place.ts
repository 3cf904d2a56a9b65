// Says where a fleet folder may lie, and which folder a remote's address suggests.
import { existsSync, readdirSync } from 'node:fs';
import { shellWord } from '../../core/base/shell-word.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import { CoordError } from '../../errors.ts';
import { moveDurably } from '../../system/files/durable-file.ts';
import { isInside, realPlace } from '../../system/files/real-folder.ts';
import { repoAbove } from '../../system/files/repo-above.ts';
import { type FleetFolder, isFleetFolder, ownFolder } from '../../system/fleet/fleet-folder.ts';
import { type Identity, identityBefore, readIdentity } from '../../system/fleet/identity-file.ts';
import { withoutCredentials } from '../../system/git/without-credentials.ts';
import type { World } from '../sync/dependencies.ts';

/**
 * A fleet folder holds coord's own files, and other people's clones and files are other people's business. `home`: coord's folder of this
 * computer. `verb`: of the command that is refused.
 */
export function mustBeUsable(folder: FleetFolder, home: string, verb: 'init' | 'join'): void {
  const elsewhere = `coord ${verb} <url> ~/fleet`;
  // One of an earlier version may lie there: it comes back where it left, and its purge is refused.
  if (holdsHome(folder, home) && !existsSync(folder.journal)) {
    const why = `${home} is coord's own folder on this computer: the fleet folder would lie around it, and needs a place of its own`;
    throw new CoordError('REFUSED', why, elsewhere);
  }
  const repo = repoAbove(folder.root);
  if (repo !== null) {
    const why = `${folder.root} lies inside the git work tree ${repo}: a fleet folder needs a place of its own`;
    throw new CoordError('REFUSED', why, elsewhere);
  }
  // Without that record nothing there is coord's: the board would be written over it, and its specs would go to the repo.
  const holdsFiles = () => readdirSync(folder.projection).some((name) => !MADE_BY_DESKTOPS.has(name));
  if (existsSync(folder.projection) && !existsSync(folder.projected) && holdsFiles()) {
    throw new CoordError(
      'REFUSED',
      `${folder.projection} has files that coord did not write, and the board would overwrite them`,
      'move it away first, or join in another folder',
    );
  }
}

/** They come back by themselves wherever somebody looks into a folder. */
const MADE_BY_DESKTOPS: ReadonlySet<string> = new Set(['.DS_Store', '.directory', 'desktop.ini', 'Thumbs.db']);

/** I5: then what is one fleet's and what is all fleets' lie in one `.coord`, and a purge of the one would take the other along. */
export function holdsHome(folder: FleetFolder, home: string): boolean {
  return isInside(realPlace(home), realPlace(folder.state));
}

/**
 * Call under the lock. I4: a folder whose machine has left, or is about to, may become one again; null = no machine was here, or it is
 * the one that is asked for and only its identity cannot be read. `display`: of the remote that is joined; null = a hub of its own.
 */
export async function leftHere(
  world: World,
  folder: FleetFolder,
  as: number | null,
  display: string | null,
): Promise<Identity | null> {
  if (!isFleetFolder(ownFolder(folder)) && !(await putBack(world, folder))) return null;
  const identity = readableIdentity(folder, as, display);
  if (identity === null) return null;
  const leaving = await leavingOf(world, folder, identity);
  if (leaving === null) throw already(folder, identity, display);
  if (leaving.landed || as === identity.machine) return identity;
  const why = `machine ${identity.machine} has not left yet, because the remote does not know`;
  throw new CoordError('REFUSED', why, 'coord sync, to finish it');
}

/** I2: with a broken identity the folder still knows which machine it was, and goes on as that one and no other. */
function readableIdentity(folder: FleetFolder, as: number | null, display: string | null): Identity | null {
  try {
    return readIdentity(folder);
  } catch (error) {
    const before = identityBefore(folder);
    if (before !== null && as === before.machine && display === before.remote) return null;
    throw error;
  }
}

async function leavingOf(world: World, folder: FleetFolder, identity: Identity): Promise<JournalState['leaving']> {
  const { journal, ledger } = await world.open(folder, identity);
  try {
    return (await journal.load())?.leaving ?? null;
  } finally {
    await ledger.close();
  }
}

/**
 * While a folder becomes another machine it is none: killed in between, the same command goes on. Where it came to nothing, it is
 * again the one that left. Until the new identity is written, that of before is set aside: its address may hold a login.
 */
export async function withoutIdentity<T>(
  world: World,
  folder: FleetFolder,
  left: Identity | null,
  enroll: () => Promise<T>,
): Promise<T> {
  if (left === null) return enroll();
  moveDurably(folder.identity, folder.identityLeft);
  try {
    return await enroll();
  } catch (error) {
    await putBack(world, folder);
    throw error;
  }
}

/** Null = none was set aside, or it cannot be read. */
export function setAside(folder: FleetFolder): Identity | null {
  try {
    return readIdentity({ ...folder, identity: folder.identityLeft });
  } catch {
    return null;
  }
}

/** Whether the folder is again the machine that left: not where its journal is another one's already. */
async function putBack(world: World, folder: FleetFolder): Promise<boolean> {
  const aside = setAside(folder);
  if (aside === null || (await leavingOf(world, folder, aside)) === null) return false;
  moveDurably(folder.identityLeft, folder.identity);
  return true;
}

export function otherFleet(folder: FleetFolder, { machine, remote }: Identity): CoordError {
  return new CoordError(
    'REFUSED',
    `${folder.root} holds what machine ${machine} of the fleet in ${withoutCredentials(remote)} was`,
    'coord leave --purge, there',
  );
}

function already(folder: FleetFolder, { machine, name, remote }: Identity, display: string | null): CoordError {
  const own = withoutCredentials(remote);
  const moved = `coord join ${shellWord(display ?? '')} <new folder>; if the repo moved there: write its address into ${folder.identity}`;
  const here = own === remote ? 'coord status' : `coord status; a new login belongs into "remote" in ${folder.identity}`;
  return new CoordError(
    'REFUSED',
    `${folder.root} is already machine ${machine} ${name} of the fleet in ${own}`,
    display === null || display === own ? here : moved,
  );
}

export function noFleet(display: string): CoordError {
  return new CoordError('NO_FLEET', `there is no fleet in ${display}: the repo is empty`, `coord init ${shellWord(display)}`);
}

/** `me/fleet.git` → `fleet`. */
export function repoName(url: string): string {
  return /([^/:]+?)(?:\.git)?\/*$/.exec(url)?.[1] ?? 'fleet';
}
