// Says whether this process is within the run of an order: only runs have COORD_PROGRESS, a path.
import { basename, isAbsolute } from 'node:path';

const PROGRESS = 'progress.json';

/** Null = this is no run. */
export function progressPath({ COORD_ORDER: order, COORD_PROGRESS: path }: NodeJS.ProcessEnv): string | null {
  return order !== undefined && path !== undefined && isAbsolute(path) && basename(path) === PROGRESS ? path : null;
}
