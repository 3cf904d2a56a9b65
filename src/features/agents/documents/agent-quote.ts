// Quotes text from others for an agent: no line of it can pass for a line of coord's, close the quotation, or close a tag that the agent's
// program put around it.
import { visibleText } from '../../../documents/text/escape-text.ts';

/** Of a sender's, a program's or a project's name. */
const NAME_MAX = 60;
/** What is left of a pair that was cut. */
const HALF = /[\uD800-\uDBFF]$/u;

/**
 * In quotation marks or behind bars, in at most `room` characters. What does not fit is shortened, and `cut` follows it. `length`: of all
 * that was written, where only the beginning of it is here.
 */
export function fitted(
  body: string,
  length: number,
  room: number,
  cut: string,
): { readonly text: string; readonly whole: boolean } {
  // Nothing that is shown gets shorter than what was written, so no more of it can fit.
  const start = body.slice(0, Math.max(0, room)).replace(HALF, '');
  const all = quotation(start);
  if (start.length === length && all.length <= room) return { text: all, whole: true };
  const left = room - cut.length;
  let kept = start.slice(0, Math.max(0, left));
  while (kept !== '' && quotation(`${kept}…`).length > left) {
    const over = quotation(`${kept}…`).length - left;
    kept = kept.slice(0, Math.max(0, kept.length - Math.max(1, Math.floor(over / 8)))).replace(HALF, '');
  }
  return { text: quotation(`${kept}…`) + cut, whole: false };
}

export function shortName(name: string): string {
  const line = harmless(name).replace(/\s+/g, ' ').trim();
  return line.length > NAME_MAX ? `${line.slice(0, NAME_MAX - 1).replace(HALF, '')}…` : line;
}

/** One line in quotation marks, of which it holds none; several behind bars. */
function quotation(body: string): string {
  const lines = harmless(body).split('\n');
  if (lines.length > 1) return lines.map((line) => `\n  | ${line}`.trimEnd()).join('');
  return ` “${(lines[0] ?? '').replace(/[“”]/g, '"')}”`;
}

/** Every character visible, and nothing that could open or close a tag. */
function harmless(text: string): string {
  return visibleText(text).replace(/<(?=[/!?\p{L}])/gu, '‹');
}
