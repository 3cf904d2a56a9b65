// A file of a run here, for another machine that asks for it by its SHA-256 (B9). Nobody gets one that was not published (A1.6).
import { isShortage } from '../../../errors.ts';
import type { HeldFile } from '../../../operations/feature.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readPolicy } from '../../../system/policy/policy-file.ts';
import { filesHere, storePaths } from '../system/artifact-store.ts';

/** `not allowed`: the owner of this computer has taken the word back since, or nobody can read what they say. Throws where it cannot be seen now. */
export function heldHere(home: string, folder: FleetFolder, sha256: string): HeldFile {
  if (!isAllowed(home, folder)) return { none: 'not allowed' };
  const path = filesHere(storePaths(folder), new Set([sha256])).get(sha256);
  return path === undefined ? { none: 'gone' } : { path };
}

function isAllowed(home: string, folder: FleetFolder): boolean {
  try {
    return readPolicy(home, folder.root).artifacts === true;
  } catch (error) {
    if (isShortage(error)) throw error;
    return false;
  }
}
