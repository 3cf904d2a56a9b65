// Cuts a service's log while the service appends to it: copies it aside, then truncates it. Lines that are written in between are lost, a
// few at most. Of a log that grew while no daemon lived, only the end is kept.
import { closeSync, copyFileSync, readSync, renameSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import { openToAppend, openToRead } from '../../../system/files/open-file.ts';

const LOG_BYTES_MAX = 5 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;

/** Never throws: a log that cannot be cut does no harm. */
export function rotateLog(path: string, bytesMax: number = LOG_BYTES_MAX): void {
  try {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size <= bytesMax) return;
    if (statSync(`${path}.1`, { throwIfNoEntry: false }) !== undefined) renameSync(`${path}.1`, `${path}.2`);
    if (size <= 2 * bytesMax) copyFileSync(path, `${path}.1`);
    else copyEnd(path, `${path}.1`, size - bytesMax);
    truncateSync(path, 0);
  } catch {
    // A full disk, or a folder that is gone.
  }
}

function copyEnd(from: string, to: string, start: number): void {
  const buffer = Buffer.alloc(CHUNK_BYTES);
  rmSync(to, { force: true });
  const source = openToRead(from);
  const target = openToAppend(to);
  try {
    for (let at = start, size = readSync(source, buffer, 0, CHUNK_BYTES, at); size > 0; ) {
      writeSync(target, buffer, 0, size);
      at += size;
      size = readSync(source, buffer, 0, CHUNK_BYTES, at);
    }
  } finally {
    closeSync(source);
    closeSync(target);
  }
}
