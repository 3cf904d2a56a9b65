// The lines of a spec as hosts show them (D10.7): without what they hide, with the blocks of code and the headings told apart.
import { plainTitle } from './spec-names.ts';
import { createBlanks } from './unseen-html.ts';

const HEADING = /^ {0,3}(#{1,6})[ \t]+(.*)$/;
/** What follows is no title: a search in it could take for ever. */
const TITLE_MAX = 1000;
const FENCE = /^[ \t]*(`{3,}|~{3,})(.*)$/;

export interface Heading {
  readonly level: number;
  readonly words: string;
}

/** A line as hosts show it. */
export interface ShownLine {
  /** 1-based, in its document. */
  readonly line: number;
  readonly raw: string;
  /** A block of code was open before it. */
  readonly isFenced: boolean;
  /** Within a block of code, or one of its fences. */
  readonly isCode: boolean;
  readonly afterBlank: boolean;
  readonly heading: Heading | null;
}

/** `offset`: lines before the text in its document. */
export function* shownLines(text: string, offset: number): Generator<ShownLine> {
  const written = text.split('\n').map((it) => it.replace(/\r$/, ''));
  const shownOf = createBlanks(written);
  let fence: string | null = null;
  let afterBlank = false;
  for (const index of written.keys()) {
    // What no host shows, nobody has agreed to: it is blank, and the rest stays where it is.
    const raw = shownOf(index, fence === null);
    const isFenced = fence !== null;
    fence = fenceAfter(raw, fence);
    const isCode = isFenced || fence !== null;
    yield { line: offset + index + 1, raw, isFenced, isCode, afterBlank, heading: isCode ? null : headingIn(raw) };
    afterBlank = raw.trim() === '';
  }
}

/** The fence that is open behind the line; null = none. */
function fenceAfter(raw: string, open: string | null): string | null {
  const [, mark = '', rest = ''] = FENCE.exec(raw) ?? [];
  if (open !== null) return mark.startsWith(open) && rest.trim() === '' ? null : open;
  return mark === '' || (mark.startsWith('`') && rest.includes('`')) ? null : mark;
}

function headingIn(raw: string): Heading | null {
  const [whole, marks = '', words = ''] = HEADING.exec(raw) ?? [];
  return whole === undefined ? null : { level: marks.length, words: titleIn(words).replace(/ *#+$/, '') };
}

export function titleIn(markdown: string): string {
  return plainTitle(markdown.slice(0, TITLE_MAX));
}
