// The fleets of this computer by the names that people call them, and which of them is its default.
import { mkdirSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { writeDurably } from '../files/durable-file.ts';
import { jsonIn, readIfThere } from '../files/read-if-there.ts';
import { realFolder } from '../files/real-folder.ts';
import { type FleetFolder, fleetFolderAt, lastFetchMs } from './fleet-folder.ts';
import { knownRoots, usable } from './known-roots.ts';

export interface FleetHere {
  readonly name: string;
  readonly folder: FleetFolder;
  /** Its last sync found that another folder writes as its machine (R3). */
  readonly isHalted: boolean;
}

/** Those that this computer has joined and not left, and whose folders are there, each once. */
export function fleetsHere(home: string): readonly FleetHere[] {
  const real = new Map(usable(knownRoots(home)).map((folder) => [realFolder(folder.root) ?? folder.root, folder]));
  return [...real.values()].flatMap((folder) => {
    const { name, hasLeft, isHalted } = lastSeen(folder);
    return hasLeft ? [] : [{ name, folder, isHalted }];
  });
}

/** The one to suggest first: that goes on, then that looked at its remote last. A folder that another one took the place of does neither. */
export function bestFirst(fleets: readonly FleetHere[]): readonly FleetHere[] {
  const ranked = fleets.map((fleet) => ({ fleet, lookedMs: lastFetchMs(fleet.folder) ?? 0 }));
  const order = ranked.sort(
    (one, other) => Number(one.fleet.isHalted) - Number(other.fleet.isHalted) || other.lookedMs - one.lookedMs,
  );
  return order.map(({ fleet }) => fleet);
}

/** Those that a word means: a name in fleet.yaml, the name of a folder, or the folder itself. More than one = nobody can tell. */
export function fleetsCalled(word: string, cwd: string, home: string): readonly FleetHere[] {
  const path = realFolder(resolve(cwd, word));
  const isMeant = ({ name, folder: { root } }: FleetHere) =>
    name === word || basename(root) === word || (path !== null && realFolder(root) === path);
  return fleetsHere(home).filter(isMeant);
}

export function fleetName(folder: FleetFolder): string {
  return lastSeen(folder).name;
}

/** By what the last sync left there, of whatever version. */
function lastSeen(folder: FleetFolder): Omit<FleetHere, 'folder'> & { readonly hasLeft: boolean } {
  const own = basename(folder.root);
  const { self, machines, sync } = Object(jsonIn(folder.view));
  const name = typeof self?.fleet === 'string' && self.fleet !== '' ? self.fleet : own;
  return { name, hasLeft: machines?.[self?.machine]?.state === 'LEFT', isHalted: typeof sync?.duplicate === 'string' };
}

/** As `coord use` chose it, whether it is there or not; null = none was chosen. */
export function defaultFleet(home: string): FleetFolder | null {
  const root = readIfThere(defaultPath(home))?.trim() ?? '';
  return root === '' ? null : fleetFolderAt(root);
}

export function chooseDefault(home: string, { root }: FleetFolder): void {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  writeDurably(defaultPath(home), `${root}\n`);
}

/** If it is that one. */
export function forgetDefault(home: string, { root }: FleetFolder): void {
  if (defaultFleet(home)?.root === root) rmSync(defaultPath(home), { force: true });
}

function defaultPath(home: string): string {
  return join(home, 'default-fleet');
}
