// Writes `.coord/daemon.log`: a line an event, with its time in UTC. At 1 MiB it becomes `daemon.log.1`. A log that cannot be written never
// stops the work.
import { closeSync, renameSync, statSync, writeSync } from 'node:fs';
import { isoTime } from '../../core/base/time.ts';
import { openToAppend } from '../../system/files/open-file.ts';
import { withoutCredentials } from '../../system/git/without-credentials.ts';

const LOG_BYTES_MAX = 1024 * 1024;

/** The line as it is written: without line breaks, terminal codes or credentials. */
export function logLine(atMs: number, text: string): string {
  const plain = withoutCredentials(text)
    .replaceAll(/\s*\n\s*/g, ' | ')
    .replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '?');
  return `${isoTime(atMs).slice(0, 19)}Z ${plain}\n`;
}

export function oldLogOf(path: string): string {
  return `${path}.1`;
}

export function appendToLog(path: string, line: string, bytesMax: number = LOG_BYTES_MAX): void {
  try {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > 0 && size + Buffer.byteLength(line) > bytesMax) renameSync(path, oldLogOf(path));
    const file = openToAppend(path);
    try {
      writeSync(file, line);
    } finally {
      closeSync(file);
    }
  } catch {
    // A full disk, a folder that is gone, a pipe in its place.
  }
}
