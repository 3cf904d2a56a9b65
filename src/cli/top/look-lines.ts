// What one looks into, as lines of the screen. They are kept, as every key and every second asks for them again.
import { type Wrapped, wrapFirst, wrapLast } from './wrap.ts';

export interface Looked {
  readonly title: string;
  readonly lines: readonly string[];
  /** Where there are too many lines, these are shown, and this command shows all. */
  readonly shows?: 'begin' | 'end';
  readonly whole?: string;
  /** M5: what others wrote stands after a bar, on every line of the screen. */
  readonly isQuoted?: true;
}

const BAR = '  | ';

/** Lines on the screen; for more, people use a pager. */
export const LOOK_LINES_MAX = 2000;

const kept = new WeakMap<readonly string[], { readonly width: number; readonly lines: readonly string[] }>();

/** A look that is the same as before is to be the same object (`sameLook`). */
export function wrappedLook(looked: Looked, width: number): readonly string[] {
  const before = kept.get(looked.lines);
  if (before?.width === width) return before.lines;
  const lines = wrapLook(looked, width);
  kept.set(looked.lines, { width, lines });
  return lines;
}

function wrapLook({ lines, shows, whole, isQuoted }: Looked, width: number): readonly string[] {
  const all = whole === undefined ? '' : `; all of it: ${whole}`;
  if (shows === 'end') {
    const last = wrapLast(lines, width, LOOK_LINES_MAX);
    return last.isCut ? [`… earlier lines are left out${all}`, ...last.lines] : last.lines;
  }
  const first = isQuoted ? wrapQuoted(lines, width) : wrapFirst(lines, width, LOOK_LINES_MAX);
  return first.isCut ? [...first.lines, `… the rest is left out${all}`] : first.lines;
}

function wrapQuoted(lines: readonly string[], width: number): Wrapped {
  const all: string[] = [];
  for (const line of lines) {
    const bar = line.startsWith(BAR) ? BAR : '';
    const wrapped = wrapFirst([line.slice(bar.length)], width - bar.length, LOOK_LINES_MAX - all.length);
    all.push(...wrapped.lines.map((one) => `${bar}${one}`));
    if (wrapped.isCut) return { lines: all, isCut: true };
  }
  return { lines: all, isCut: false };
}

/** The one that was there before, if nothing has changed. */
export function sameLook(before: Looked | null, now: Looked): Looked {
  const isSame =
    before !== null &&
    before.title === now.title &&
    before.lines.length === now.lines.length &&
    before.lines.every((line, at) => line === now.lines[at]);
  return isSame ? before : now;
}
