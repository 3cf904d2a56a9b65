// Keeps the age of FETCH_HEAD true: it tells when the remote last answered (C3). Git empties that file at the start of each fetch, also of one
// that fails.
import { lutimesSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { lastFetchIn } from '../../system/fleet/fleet-folder.ts';

export interface LookMark {
  /** The remote answered now. */
  answered(): void;
  /** It did not: the mark goes back to when it did. */
  failed(): void;
}

/** Call before a fetch. */
export function lookMark(gitDir: string): LookMark {
  const path = join(gitDir, 'FETCH_HEAD');
  const before = lastFetchIn(gitDir);
  const mark = (ms: number) => {
    try {
      lutimesSync(path, ms / 1000, ms / 1000);
    } catch {
      // There is none, or it may not be marked: what shows the age of a sync is no reason to end one.
    }
  };
  // The time of access outlives git's emptying, also where this process is killed.
  if (before !== null) mark(before);
  return {
    answered: () => mark(Date.now()),
    failed: () => (before === null ? rmSync(path, { force: true }) : mark(before)),
  };
}
