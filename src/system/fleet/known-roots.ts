// Lists the folders in which this computer has joined a fleet, and those of them that can be used.
import { join } from 'node:path';
import { otherOwner } from '../files/folder-owner.ts';
import { jsonIn, readIfThere } from '../files/read-if-there.ts';
import { realFolder } from '../files/real-folder.ts';
import { withoutCredentials } from '../git/without-credentials.ts';
import { type FleetFolder, fleetFolderAt, isFleetFolder } from './fleet-folder.ts';

/** From the policy file, which has an entry for each; by its lines, because a parser of YAML takes longer to load than all the rest. */
export function knownRoots(home: string): readonly string[] {
  const text = readIfThere(join(home, 'policy.yaml')) ?? '';
  return [...text.matchAll(/^[ \t]+(["']?)(\/[^\r\n]*?)\1[ \t]*:(?=\s|$)/gm)].map((match) => match[2] ?? '');
}

/**
 * The name by which this computer knows a folder: what is allowed in it, its key and the trust that it pinned stand below that. A link and, on many
 * disks, other capitals are further names of the same folder. Where the policy cannot be read, nothing may run and no name is known.
 */
export function knownRoot(root: string, home: string): string {
  const known = rootsIfRead(home);
  if (known.includes(root)) return root;
  const real = realFolder(root);
  return (real === null ? undefined : known.find((other) => realFolder(other) === real)) ?? root;
}

function rootsIfRead(home: string): readonly string[] {
  try {
    return knownRoots(home);
  } catch {
    return [];
  }
}

/** Those that are there and are this user's: what another one wrote in them would lock their owner out. */
export function usable(roots: readonly string[]): readonly FleetFolder[] {
  return roots.map(fleetFolderAt).filter((folder) => isFleetFolder(folder) && otherOwner(folder.identity) === null);
}

/** Whether a folder here is that machine of the fleet in `remote`, or is gone and may have been it. */
export function knowsMachine(home: string, remote: string, machine: number): boolean {
  const address = withoutCredentials(remote);
  return knownRoots(home).some((root) => {
    const read = jsonIn(fleetFolderAt(root).identity) as { machine?: unknown; remote?: unknown } | null;
    return read === null || (read.machine === machine && withoutCredentials(String(read.remote)) === address);
  });
}
