// Hands out what a log holds, and with `follow` what comes later: also after it was cut, or another file took its place.
import { closeSync, fstatSync, readSync, statSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';
import { openToRead } from './open-file.ts';

const POLL_MS = 300;
const CHUNK_BYTES = 64 * 1024;

/** With `follow` it does not end by itself. Throws what keeps it from being read. */
export async function followFile(path: string, follow: boolean, write: (text: string) => void): Promise<void> {
  const buffer = Buffer.alloc(CHUNK_BYTES);
  const decoder = new StringDecoder('utf8');
  const rest = (file: number, at: number): number => {
    const size = readSync(file, buffer, 0, CHUNK_BYTES, at);
    if (size > 0) write(decoder.write(buffer.subarray(0, size)));
    return size;
  };
  let file = openToRead(path);
  try {
    for (let at = 0; ; ) {
      // Asked before the rest is read, so that nothing of the old one is missed.
      const there = statSync(path, { throwIfNoEntry: false });
      const { ino, size } = fstatSync(file);
      if (size < at) at = 0;
      for (let more = rest(file, at); more > 0; more = rest(file, at)) at += more;
      if (!follow) return;
      if (there === undefined || there.ino === ino) await delay(POLL_MS);
      else {
        const next = openToRead(path);
        closeSync(file);
        file = next;
        at = 0;
      }
    }
  } finally {
    closeSync(file);
  }
}
