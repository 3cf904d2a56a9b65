// Whether a process is within the run of an order: COORD_PROGRESS is a path that every run has, and nobody else.
import { basename, isAbsolute } from 'node:path';

const PROGRESS = 'progress.json';

/** Null = this is no run. */
export function progressPath({ COORD_ORDER: order, COORD_PROGRESS: path }: NodeJS.ProcessEnv): string | null {
  return order !== undefined && path !== undefined && isAbsolute(path) && basename(path) === PROGRESS ? path : null;
}
