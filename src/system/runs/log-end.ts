// The end of a log, however large it is. A run may have put anything there: no link is followed.
import { closeSync, readSync } from 'node:fs';
import { openUntrusted } from '../files/open-file.ts';

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
