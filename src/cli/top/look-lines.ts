// What one looks into, as lines of the screen. They are kept, as every key and every second asks for them again.
import { wrapFirst, wrapLast } from './wrap.ts';

export interface Looked {
  readonly title: string;
  readonly lines: readonly string[];
  /** Where there are too many lines, these are shown, and this command shows all. */
  readonly shows?: 'begin' | 'end';
  readonly whole?: string;
}

/** On the screen. Whoever wants more of it wants a pager. */
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

function wrapLook({ lines, shows, whole }: Looked, width: number): readonly string[] {
  const all = whole === undefined ? '' : `; all of it: ${whole}`;
  if (shows === 'end') {
    const last = wrapLast(lines, width, LOOK_LINES_MAX);
    return last.isCut ? [`… what stood before is left out${all}`, ...last.lines] : last.lines;
  }
  const first = wrapFirst(lines, width, LOOK_LINES_MAX);
  return first.isCut ? [...first.lines, `… the rest is left out${all}`] : first.lines;
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
