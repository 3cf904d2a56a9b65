// Long lines broken into those of a screen. Each character is looked at once, however long a line is: keys wait meanwhile. Pure.
import { graphemesOf, graphemeWidth } from './line.ts';

export interface Wrapped {
  readonly lines: readonly string[];
  /** There were more than were asked for. */
  readonly isCut: boolean;
}

/** Breaks at blanks where it can. Tabs take four cells. At most so many lines, the first ones. */
export function wrapText(text: string, width: number, linesMax: number = Number.POSITIVE_INFINITY): readonly string[] {
  return wrapFirst([text], width, linesMax).lines;
}

export function wrapFirst(texts: readonly string[], width: number, linesMax: number): Wrapped {
  const lines: string[] = [];
  for (const text of texts)
    for (const line of linesOf(text))
      for (const one of wrapOne(line, Math.max(1, width))) {
        if (lines.length >= linesMax) return { lines, isCut: true };
        lines.push(one);
      }
  return { lines, isCut: false };
}

/** The last ones; what stands before them is not looked at, but for the beginning of the line that the first of them is of. */
export function wrapLast(texts: readonly string[], width: number, linesMax: number): Wrapped {
  const all = texts.flatMap(linesOf);
  const ends: (readonly string[])[] = [];
  let count = 0;
  let at = all.length;
  while (at > 0 && count <= linesMax) {
    at -= 1;
    const wrapped = [...wrapOne(all[at] ?? '', Math.max(1, width))];
    ends.push(wrapped);
    count += wrapped.length;
  }
  return { lines: ends.reverse().flat().slice(-linesMax), isCut: count > linesMax };
}

function linesOf(text: string): readonly string[] {
  return text.replaceAll('\t', '    ').split('\n');
}

/** At least one grapheme a line, however narrow it is. */
function* wrapOne(line: string, width: number): Generator<string> {
  let begin = 0;
  let cells = 0;
  /** The last blank of this line of the screen, and what it and all before it take. */
  let blank = -1;
  let cellsToBlank = 0;
  for (const { segment, index } of graphemesOf(line)) {
    const own = graphemeWidth(segment);
    if (segment === ' ' && index > begin && cells + own > width) {
      yield line.slice(begin, index).trimEnd();
      begin = index + 1;
      cells = 0;
      blank = -1;
      continue;
    }
    while (index > begin && cells + own > width) {
      const isAtBlank = blank - begin > (index - begin) / 2;
      yield line.slice(begin, isAtBlank ? blank : index).trimEnd();
      begin = isAtBlank ? blank + 1 : index;
      cells = isAtBlank ? cells - cellsToBlank : 0;
      blank = -1;
    }
    cells += own;
    if (segment === ' ') {
      blank = index;
      cellsToBlank = cells;
    }
  }
  if (begin < line.length || begin === 0) yield line.slice(begin);
}
