// Lines of a screen: parts of text, each with a colour or none, cut and padded by the cells that they take on a terminal. Pure.
import type { Paint } from '../paint.ts';
import { stringWidth } from './ink.ts';

export type Style = keyof Paint;

export interface Part {
  readonly text: string;
  readonly style?: Style | undefined;
}

export type Line = readonly Part[];

/** What most text is made of takes one cell a character. */
const PLAIN = /^[\x20-\x7e…·●○◐◔◫▲✓✕−─│›▸“”]*$/;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

export function part(text: string, style?: Style): Part {
  return { text, style };
}

export function widthOf(text: string): number {
  return PLAIN.test(text) ? text.length : stringWidth(text);
}

export function lineWidth(line: Line): number {
  return line.reduce((sum, { text }) => sum + widthOf(text), 0);
}

/** At most so many cells; what is cut off is marked. */
export function cutText(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width <= 0) return '';
  let kept = '';
  let left = width - 1;
  for (const { segment } of graphemes.segment(text)) {
    left -= widthOf(segment);
    if (left < 0) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** Exactly so many cells. */
export function fitText(text: string, width: number): string {
  const cut = cutText(text, width);
  return cut + ' '.repeat(Math.max(0, width - widthOf(cut)));
}

export function cutLine(line: Line, width: number): Line {
  if (lineWidth(line) <= width) return line;
  const kept: Part[] = [];
  let left = width;
  for (const { text, style } of line) {
    const room = widthOf(text) <= left ? widthOf(text) : left;
    kept.push({ text: cutText(text, room), style });
    left -= room;
    if (left <= 0) break;
  }
  return markCut(kept, width);
}

/** Where the cut fell between two parts. */
function markCut(kept: readonly Part[], width: number): Line {
  const last = kept.at(-1);
  if (last === undefined || last.text.endsWith('…')) return kept;
  const before = kept.slice(0, -1);
  return [...before, { ...last, text: cutText(`${last.text}  `, width - lineWidth(before)) }];
}

export function fitLine(line: Line, width: number): Line {
  const cut = cutLine(line, width);
  const missing = width - lineWidth(cut);
  return missing > 0 ? [...cut, part(' '.repeat(missing))] : cut;
}

/** Breaks at blanks where it can. Tabs take four cells. */
export function wrapText(text: string, width: number): string[] {
  return text
    .replaceAll('\t', '    ')
    .split('\n')
    .flatMap((line) => wrapOne(line, Math.max(1, width)));
}

function wrapOne(line: string, width: number): string[] {
  const lines: string[] = [];
  let rest = line;
  while (widthOf(rest) > width) {
    const head = headOf(rest, width);
    const blank = head.lastIndexOf(' ');
    const end = blank > head.length / 2 ? blank : head.length;
    lines.push(rest.slice(0, end).trimEnd());
    rest = end === blank ? rest.slice(end + 1) : rest.slice(end);
  }
  return rest === '' && lines.length > 0 ? lines : [...lines, rest];
}

/** At least one grapheme, however narrow it is. */
function headOf(text: string, width: number): string {
  let head = '';
  for (const { segment } of graphemes.segment(text)) {
    if (head !== '' && widthOf(head + segment) > width) break;
    head += segment;
  }
  return head;
}

export function textOf(line: Line): string {
  return line.map(({ text }) => text).join('');
}

export function painted(line: Line, paint: Paint): string {
  return line.map(({ text, style }) => (style === undefined ? text : paint[style](text))).join('');
}

export function styleOfState(word: string): Style | undefined {
  if (/COMPLETED|IDLE|ONLINE/.test(word)) return 'green';
  if (/FAILED|OFFLINE|EMERGENCY|CRASHED/.test(word)) return 'red';
  if (/BLOCKED|PAUSED|DEGRADED/.test(word)) return 'yellow';
  if (/IN PROGRESS|RUNNING|WORKING|ACTIVE|BUSY/.test(word)) return 'cyan';
  return undefined;
}
