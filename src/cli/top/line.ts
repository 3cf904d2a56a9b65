// Lines of a screen: parts of text, each with a colour or none, cut and padded by the cells that they take on a terminal. Pure.
import stringWidth from 'string-width';
import type { Paint } from '../output/paint.ts';

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

const known = new Map<string, number>();
const KNOWN_MAX = 5_000;

/** Of one grapheme. To measure one takes microseconds, and a text has few different ones. */
export function graphemeWidth(grapheme: string): number {
  const before = known.get(grapheme);
  if (before !== undefined) return before;
  const width = widthOf(grapheme);
  if (known.size >= KNOWN_MAX) known.clear();
  known.set(grapheme, width);
  return width;
}

/** The segmenter takes longer for each grapheme the longer the text is: it is given pieces. */
const PIECE = 500;

export function* graphemesOf(text: string): Generator<{ readonly segment: string; readonly index: number }> {
  let begin = 0;
  for (let size = PIECE; begin < text.length; ) {
    // Never between the halves of a character.
    const end = begin + size + (/[\ud800-\udbff]/.test(text[begin + size - 1] ?? '') ? 1 : 0);
    let taken = begin;
    for (const { segment, index } of graphemes.segment(text.slice(begin, end))) {
      // What reaches the end of a piece may go on in the next one.
      if (end < text.length && begin + index + segment.length === end) break;
      taken = begin + index + segment.length;
      yield { segment, index: begin + index };
    }
    size = taken === begin ? size * 2 : PIECE;
    begin = taken;
  }
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
  for (const { segment } of graphemesOf(text)) {
    left -= graphemeWidth(segment);
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

export function textOf(line: Line): string {
  return line.map(({ text }) => text).join('');
}

export function painted(line: Line, paint: Paint): string {
  return line.map(({ text, style }) => (style === undefined ? text : paint[style](text))).join('');
}
