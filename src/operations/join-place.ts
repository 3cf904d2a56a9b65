// Where a fleet folder may lie, and what a remote's address says of it.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CoordError } from '../errors.ts';
import { type FleetFolder, isFleetFolder } from '../system/fleet-folder.ts';
import { readIdentity } from '../system/identity-file.ts';

/** A fleet folder holds coord's own files, and other people's clones are other people's business. */
export function mustBeUsable(folder: FleetFolder): void {
  if (isFleetFolder(folder)) throw already(folder);
  for (let at = folder.root; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) {
      throw new CoordError(
        'REFUSED',
        `${folder.root} lies inside the git work tree ${at}: a fleet folder needs a place of its own`,
        'coord join <url> ~/fleet',
      );
    }
    if (at === dirname(at)) return;
  }
}

export function already(folder: FleetFolder): CoordError {
  const { machine, name } = readIdentity(folder);
  return new CoordError('REFUSED', `${folder.root} is already machine ${machine} ${name} of a fleet`, 'coord status');
}

export function noFleet(display: string): CoordError {
  return new CoordError('NO_FLEET', `there is no fleet in ${display}: the repo is empty`, `coord init ${display}`);
}

/** `me/fleet.git` → `fleet`. */
export function repoName(url: string): string {
  return /([^/:]+?)(?:\.git)?\/*$/.exec(url)?.[1] ?? 'fleet';
}

/** Where the repo is looked at in a browser, for hosts whose addresses are known; null elsewhere. */
export function webUrl(remote: string, branch: string): string | null {
  const [, host, path] =
    /^(?:https:\/\/|ssh:\/\/git@|git@)((?:github|gitlab)\.com|codeberg\.org)[/:]([\w.-]+\/[\w./-]+?)(?:\.git)?\/*$/.exec(
      remote,
    ) ?? [];
  return host === undefined || path === undefined || branch !== 'main' ? null : `https://${host}/${path}`;
}
