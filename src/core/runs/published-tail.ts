// What a result shows of the end of a run's log (O9). It is cleaned first and cut then: half a secret could not be recognised and hidden. Pure.
import { utf8Bytes } from '../base/utf8.ts';
import type { LogEnd } from '../model/orders/run.ts';

const LINES_MAX = 40;
const BYTES_MAX = 4096;
/** The first line of a tail that is not the whole log. */
const CUT = '…';
/** A log that is read from within a line may begin with the rest of a secret. No secret is longer than this. */
const REST_OF_A_SECRET_MAX = 4096;

/** `clean` takes secrets and terminal codes out. 40 lines and 4 KiB at most. It begins within a line only if that line alone is longer. */
export function publishedTail({ tail, tailBegins }: LogEnd, clean: (text: string) => string): string {
  const text = tailBegins === 'within a line' ? clean(tail).slice(REST_OF_A_SECRET_MAX).toWellFormed() : clean(tail);
  const lines = text.split('\n');
  const last: string[] = [];
  let bytes = -1;
  for (const line of lines.slice(-LINES_MAX).reverse()) {
    bytes += utf8Bytes(line) + 1;
    if (bytes > BYTES_MAX) break;
    last.unshift(line);
  }
  if (last.length === 0) last.push(endOfLine(lines.at(-1) ?? ''));
  return [...(tailBegins !== undefined || last.join('\n') !== lines.join('\n') ? [CUT] : []), ...last].join('\n');
}

/** Between words, or else between characters. */
function endOfLine(line: string): string {
  const end = new TextEncoder().encode(line).subarray(-BYTES_MAX);
  const blank = end.indexOf(0x20);
  let start = blank >= 0 && blank < end.length / 2 ? blank + 1 : 0;
  while (((end[start] ?? 0) & 0xc0) === 0x80) start++;
  return new TextDecoder().decode(end.subarray(start));
}
