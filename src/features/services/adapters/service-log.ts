// Cuts a service's log while the service appends to it: copies it aside, then truncates it. Lines that are written in between are lost, a
// few at most. Of a log that grew while no daemon lived, only the end is kept. On a full disk it is cut whatever can be kept of it: it may be what
// filled the disk.
import { closeSync, existsSync, readSync, renameSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import { isDiskFull } from '../../../errors.ts';
import { openToAppend, openToRead } from '../../../system/files/open-file.ts';

const LOG_BYTES_MAX = 5 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;

/** Never throws: a log that cannot be cut does no harm. */
export function rotateLog(path: string, bytesMax: number = LOG_BYTES_MAX): void {
  try {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size <= bytesMax) return;
    const isKept = keepAside(path, size <= 2 * bytesMax ? 0 : size - bytesMax) || keepLess(path, Math.max(0, size - bytesMax));
    truncateSync(path, 0);
    if (!isKept) say(path, `── ${size} bytes left out: the disk was full ──\n`);
  } catch {
    // A folder that is gone, or closed.
  }
}

/** For the end of it, the oldest one goes. */
function keepLess(path: string, start: number): boolean {
  rmSync(`${path}.2`, { force: true });
  return keepAside(path, start);
}

/** False = the disk is full, and nothing has changed. */
function keepAside(path: string, start: number): boolean {
  const temporary = `${path}.part`;
  try {
    copyEnd(path, temporary, start);
  } catch (error) {
    rmSync(temporary, { force: true });
    if (isDiskFull(error)) return false;
    throw error;
  }
  if (existsSync(`${path}.1`)) renameSync(`${path}.1`, `${path}.2`);
  renameSync(temporary, `${path}.1`);
  return true;
}

function copyEnd(from: string, to: string, start: number): void {
  const buffer = Buffer.alloc(CHUNK_BYTES);
  rmSync(to, { force: true });
  const source = openToRead(from);
  const target = openToAppend(to);
  try {
    for (let at = start, size = readSync(source, buffer, 0, CHUNK_BYTES, at); size > 0; ) {
      // A disk that fills up takes a part of it first.
      for (let done = 0; done < size; ) done += writeSync(target, buffer, done, size - done);
      at += size;
      size = readSync(source, buffer, 0, CHUNK_BYTES, at);
    }
  } finally {
    closeSync(source);
    closeSync(target);
  }
}

function say(path: string, line: string): void {
  const log = openToAppend(path);
  try {
    writeSync(log, line);
  } finally {
    closeSync(log);
  }
}
