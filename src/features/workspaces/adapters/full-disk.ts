// Whether the disk of the pool is full. Git's words are a guess, and its host's may be meant: kept work goes only where the disk itself
// takes nothing more (O16.10).
import { randomBytes } from 'node:crypto';
import { closeSync, constants, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { CoordError, isDiskFull } from '../../../errors.ts';

/** With less than that no run gets far. */
const ROOM_BYTES = 16 * 1024 ** 2;

/** What git says of a full disk. */
export class GitDiskError extends CoordError {
  /** So does the disk, before anything is given back. */
  readonly isFull: boolean;

  constructor(message: string, repoFolder: string) {
    super('LOCAL_STATE', message);
    this.isFull = takesNoMore(repoFolder);
  }
}

/** `said`: nobody but git says so. Null = it is another error. */
export function diskTrouble(error: unknown): 'full' | 'said' | null {
  if (error instanceof GitDiskError) return error.isFull ? 'full' : 'said';
  return isDiskFull(error) ? 'full' : null;
}

function takesNoMore(folder: string): boolean {
  const path = join(folder, `room-${process.pid}`);
  try {
    rmSync(path, { force: true });
    const file = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
    try {
      // Of zeros, a disk that compresses has always room.
      const bytes = randomBytes(1024 ** 2);
      for (let left = ROOM_BYTES; left > 0; ) left -= writeSync(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
      rmSync(path, { force: true });
    }
    return false;
  } catch (error) {
    return isDiskFull(error);
  }
}
