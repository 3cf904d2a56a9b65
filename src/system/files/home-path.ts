// Makes paths that people write whole: `~` is the home folder of whoever runs coord.
import { homedir } from 'node:os';
import { resolve } from 'node:path';

/** The same folder for each process that reads it. */
export function isWholePath(path: string): boolean {
  return /^(~(\/|$)|\/)/.test(path);
}

/** For a path that stands in a document: a relative one lies below the home folder, since each process that reads it stands elsewhere. */
export function belowHome(path: string): string {
  return resolve(homedir(), path === '~' ? '' : path.replace(/^~\/+/, ''));
}

/** For a path that a person types: a relative one lies below the folder that they stand in. */
export function expandHome(path: string): string {
  return isWholePath(path) ? belowHome(path) : resolve(path);
}
