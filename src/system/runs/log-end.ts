// The end of a log, however large it is. A run may have put anything there: no link is followed.
import { closeSync, readSync } from 'node:fs';
import { openUntrusted } from '../files/open-file.ts';

const LINE_FEED = 0x0a;
const RETURN = 0x0d;

/** Its last bytes; `isWhole`: nothing comes before them. Throws as `openFile`. */
export function readLastBytes(path: string, bytesMax: number): { readonly bytes: Buffer; readonly isWhole: boolean } {
  const { file, about } = openUntrusted(path);
  try {
    const { size } = about;
    const bytes = Buffer.alloc(Math.min(size, bytesMax));
    const count = readSync(file, bytes, 0, bytes.length, size - bytes.length);
    return { bytes: bytes.subarray(0, count), isWhole: size <= bytesMax };
  } finally {
    closeSync(file);
  }
}

/** Bytes that something was cut off before, from where a line begins; where none does in the first `lineMax`, from the first whole character. */
export function fromFirstStart(
  bytes: Buffer,
  lineMax = bytes.length,
): { readonly bytes: Buffer; readonly isWithinLine: boolean } {
  // A return starts a line too: what stands before it is overwritten.
  const start = bytes.subarray(0, lineMax).findIndex((byte) => byte === LINE_FEED || byte === RETURN) + 1;
  if (start > 0 && start < bytes.length) return { bytes: bytes.subarray(start), isWithinLine: false };
  let whole = 0;
  while (whole < 3 && ((bytes[whole] ?? 0) & 0xc0) === 0x80) whole++;
  return { bytes: bytes.subarray(whole), isWithinLine: true };
}
