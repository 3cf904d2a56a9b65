// What a large file holds, piece by piece. A file of its own, because no quick answer reads one.
import { createReadStream, type ReadStream } from 'node:fs';
import { openToRead } from './open-file.ts';

/** Throws as `openToRead`, before it returns. */
export function openStream(path: string): ReadStream {
  return createReadStream('', { fd: openToRead(path) });
}
