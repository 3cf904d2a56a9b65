// Reads the end of a log, however long it is: whole lines, unless a single line is longer than what was asked for.
import { isNoFile } from '../../system/files/open-file.ts';
import { readLastBytes } from '../../system/runs/log-end.ts';

/** Empty where there is no such file any more. */
export function endOfLog(path: string, bytesMax: number): string {
  try {
    const { bytes, isWhole } = readLastBytes(path, bytesMax);
    const text = bytes.toString('utf8');
    const lineEnd = text.indexOf('\n');
    return !isWhole && lineEnd >= 0 && lineEnd < text.length - 1 ? text.slice(lineEnd + 1) : text;
  } catch (error) {
    if (isNoFile(error)) return '';
    throw error;
  }
}
