// The last lines of a log, read from its end, however large it is. Never begins inside a character, and inside a line only when that
// line alone is longer than the tail: half a secret could not be recognised and hidden.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const TAIL_LINES_MAX = 40;
const TAIL_BYTES_MAX = 4096;

/** Stands alone on the first line of a tail that is not the whole log. */
const CUT = '…';

/** Empty when there is no log. Raw: terminal codes and secrets are still in it. */
export function readTail(path: string): string {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
  try {
    const size = fstatSync(file).size;
    // One byte more, to see whether the tail begins at the start of a line.
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES_MAX + 1));
    const count = readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return cutTail(bytes.subarray(0, count), size > TAIL_BYTES_MAX);
  } finally {
    closeSync(file);
  }
}

/** `bytes`: the end of the log; `isCut`: its first byte stands before the tail. */
function cutTail(bytes: Buffer, isCut: boolean): string {
  const tail = isCut ? bytes.subarray(startOfWhole(bytes)) : bytes;
  const lines = tail.toString('utf8').replace(/\n$/, '').split('\n');
  const last = lines.slice(-TAIL_LINES_MAX);
  return [...(isCut || last.length < lines.length ? [CUT] : []), ...last].join('\n');
}

function startOfWhole(bytes: Buffer): number {
  const newline = bytes.indexOf('\n');
  if (newline >= 0 && newline < bytes.length - 1) return newline + 1;
  const blank = bytes.indexOf(' ');
  if (blank >= 0 && blank < bytes.length / 2) return blank + 1;
  let start = 1;
  while (start < 4 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
  return start;
}
