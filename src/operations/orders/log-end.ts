// Reads the end of a log, however long it is: whole lines, unless a single line is longer than what was asked for.
import { closeSync, readSync } from 'node:fs';
import { isNoFile, openUntrusted } from '../../system/files/open-file.ts';

/** Empty where there is no such file any more. */
export function endOfLog(path: string, bytesMax: number): string {
  let opened: ReturnType<typeof openUntrusted>;
  try {
    opened = openUntrusted(path);
  } catch (error) {
    if (isNoFile(error)) return '';
    throw error;
  }
  const { file, about } = opened;
  try {
    const { size } = about;
    const bytes = Buffer.alloc(Math.min(size, bytesMax));
    const count = readSync(file, bytes, 0, bytes.length, size - bytes.length);
    const text = bytes.toString('utf8', 0, count);
    const lineEnd = text.indexOf('\n');
    return size > bytesMax && lineEnd >= 0 && lineEnd < text.length - 1 ? text.slice(lineEnd + 1) : text;
  } finally {
    closeSync(file);
  }
}
