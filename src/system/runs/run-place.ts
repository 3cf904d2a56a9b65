// Says whether this process is within the run of an order, and of which fleet: only runs have COORD_PROGRESS, a path.
import { basename, dirname, isAbsolute } from 'node:path';
import { fleetFolderAt } from '../fleet/fleet-folder.ts';

const PROGRESS = 'progress.json';

/** Null = this is no run. */
export function progressPath({ COORD_ORDER: order, COORD_PROGRESS: path }: NodeJS.ProcessEnv): string | null {
  return order !== undefined && path !== undefined && isAbsolute(path) && basename(path) === PROGRESS ? path : null;
}

/** The fleet folder whose run this is; null = this is no run. */
export function fleetOfRun(env: NodeJS.ProcessEnv): string | null {
  const path = progressPath(env);
  if (path === null) return null;
  const runs = dirname(dirname(path));
  const { root, runs: expected } = fleetFolderAt(dirname(dirname(runs)));
  return runs === expected ? root : null;
}
