// Says which fleet folders a hook speaks for. It is called in any folder, so only folders where this computer has joined a fleet count, and
// not a `.coord` that came with somebody's repo.
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { otherOwner } from '../../../system/files/folder-owner.ts';
import { type FleetFolder, fleetFolderAt, isFleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { knownRoots } from '../../../system/fleet/known-roots.ts';

/** The one that is named, and no other then; else the one above `cwd`, else all of this computer. */
export function hookFleets(home: string, named: string | undefined, cwd: string): readonly FleetFolder[] {
  const known = knownRoots(home);
  // Joined by a link or by the real path, and named by the other one.
  const isKnown = (root: string) => known.includes(root) || known.some((one) => real(one) === real(root));
  if (named !== undefined && named !== '') return usable([resolve(cwd, named)].filter(isKnown));
  for (let at = resolve(cwd); ; at = dirname(at)) {
    if (existsSync(join(at, '.coord')) && isKnown(at)) {
      const found = usable([at]);
      if (found.length > 0) return found;
    }
    if (at === dirname(at)) return usable(known);
  }
}

/** Those that are there and are this user's: what another one wrote in them would lock their owner out. */
function usable(roots: readonly string[]): readonly FleetFolder[] {
  return roots.map(fleetFolderAt).filter((folder) => isFleetFolder(folder) && otherOwner(folder.identity) === null);
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
