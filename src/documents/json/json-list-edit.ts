// The smallest edits of a list or object in a JSON text (D5): append one item, cut one item and one comma. Comments, other
// items and their layout stay as they are. Offsets are those of a text that `readJson` has read.
import { applySplices, type Splice } from '../text/text-splice.ts';
import { indentAt, indentUnit, lineEndOf } from './json-layout.ts';

export interface Container {
  /** Offset of the opening bracket, and of the closing one. */
  readonly open: number;
  readonly close: number;
  readonly items: readonly Item[];
}

interface Item {
  readonly offset: number;
  readonly length: number;
}

/** Where an item is written: on the same line as its neighbours (null), or on a line of its own with this indentation. */
export type Place = { readonly indent: string; readonly unit: string; readonly lineEnd: string } | null;

/** Appends the item that `write` makes for its place, in the manner of the last item. */
export function appendItem(text: string, container: Container, write: (place: Place) => string): Splice[] {
  const lineEnd = lineEndOf(text);
  const unit = indentUnit(text);
  const last = container.items.at(-1);
  if (last === undefined) return appendFirst(text, container, unit, lineEnd, write);
  const end = last.offset + last.length;
  const comma = commaAfter(text, end, container.close);
  const commaSplice: Splice[] = comma === null ? [{ offset: end, length: 0, text: ',' }] : [];
  const after = restOfLine(text, comma === null ? end : comma + 1, container.close);
  const indent = indentAt(text, last.offset);
  const ownLine = indent !== null && /[\r\n]/.test(text.slice(container.open, last.offset));
  if (ownLine || after.lineComment) {
    const place = { indent: indent ?? indentOfLine(text, last.offset), unit, lineEnd };
    return [...commaSplice, { offset: after.end, length: 0, text: `${lineEnd}${place.indent}${write(place)}` }];
  }
  return [...commaSplice, { offset: after.end, length: 0, text: ` ${write(null)}` }];
}

function appendFirst(
  text: string,
  container: Container,
  unit: string,
  lineEnd: string,
  write: (place: Place) => string,
): Splice[] {
  const inside = text.slice(container.open + 1, container.close);
  const outer = indentOfLine(text, container.open);
  const indent = `${outer}${unit}`;
  const item = write({ indent, unit, lineEnd });
  if (inside.trim() === '') {
    return [{ offset: container.open + 1, length: inside.length, text: `${lineEnd}${indent}${item}${lineEnd}${outer}` }];
  }
  const kept = container.open + 1 + inside.trimEnd().length;
  return [{ offset: kept, length: container.close - kept, text: `${lineEnd}${indent}${item}${lineEnd}${outer}` }];
}

/** Cuts item number `index`, one comma, and the line that they leave empty. */
export function cutItem(text: string, container: Container, index: number): Splice[] {
  const item = container.items[index];
  if (item === undefined) throw new Error(`no item ${index} to cut`);
  const end = item.offset + item.length;
  const previous = container.items[index - 1];
  const comma = commaAfter(text, end, container.items[index + 1]?.offset ?? container.close);
  if (comma !== null) {
    if (text.slice(end, comma).trim() === '') return [cutLine(text, item.offset, comma + 1)];
    return [cutLine(text, item.offset, end), { offset: comma, length: 1, text: '' }];
  }
  if (previous === undefined) return [cutLine(text, item.offset, end)];
  const before = commaAfter(text, previous.offset + previous.length, item.offset);
  if (before === null) throw new Error('two items without a comma between them');
  if (text.slice(before + 1, item.offset).trim() === '') return [cut(before, end)];
  return [cut(before, before + 1), cutLine(text, item.offset, end)];
}

/** The text with items as `anew` has them, and without others, as `cutItem` cuts one after the other. */
export function withItems(
  text: string,
  { open, close, items }: Container,
  anew: ReadonlyMap<number, string>,
  gone: ReadonlySet<number>,
): string {
  const endOf = (item: Item | undefined) => (item === undefined ? open + 1 : item.offset + item.length);
  /** What stands before each item, and behind the last. */
  const between = [...items, { offset: close }].map(({ offset }, index) => text.slice(endOf(items[index - 1]), offset));
  const previous = between.map((_, index) => index - 1);
  const next = items.map((_, index) => index + 1);
  for (const index of gone) {
    const [before = -1, after = items.length] = [previous[index], next[index]];
    between[after] = betweenWithout(between[index] ?? '', between[after] ?? '', before >= 0);
    previous[after] = before;
    if (before >= 0) next[before] = after;
  }
  const kept = items.map((item, index) =>
    gone.has(index) ? '' : `${between[index]}${anew.get(index) ?? text.slice(item.offset, endOf(item))}`,
  );
  return [text.slice(0, open + 1), ...kept, between[items.length], text.slice(close)].join('');
}

/** What is left between two items where one stood between them: a cut looks no further, so a character stands for each. */
function betweenWithout(before: string, after: string, hasPrevious: boolean): string {
  const text = `x${before}x${after}x`;
  const item = { offset: before.length + 1, length: 1 };
  const items = hasPrevious ? [{ offset: 0, length: 1 }, item] : [item];
  return applySplices(text, cutItem(text, { open: 0, close: text.length - 1, items }, items.length - 1)).slice(1, -1);
}

function cut(from: number, to: number): Splice {
  return { offset: from, length: to - from, text: '' };
}

/** Cuts a span, and with it the whole line if nothing else stands in it, or else the blanks on one side. */
function cutLine(text: string, from: number, to: number): Splice {
  const indent = indentAt(text, from);
  const blank = /^[ \t]*/.exec(text.slice(to))?.[0].length ?? 0;
  const lineEnd = /^(?:\r\n|\n|\r)/.exec(text.slice(to + blank))?.[0].length ?? 0;
  if (indent !== null && lineEnd > 0) return cut(from - indent.length, to + blank + lineEnd);
  if (lineEnd > 0) return cut(from - (/[ \t]*$/.exec(text.slice(0, from))?.[0].length ?? 0), to);
  return cut(from, to + blank);
}

/** The offset of the comma between two offsets, where comments do not count; null when there is none. */
function commaAfter(text: string, from: number, to: number): number | null {
  const token = /\/\/[^\r\n]*|\/\*[\s\S]*?\*\/|,/g;
  token.lastIndex = from;
  for (let match = token.exec(text); match !== null && match.index < to; match = token.exec(text)) {
    if (match[0] === ',') return match.index;
  }
  return null;
}

/** How far the comments go that stand behind an item in its line. */
function restOfLine(text: string, from: number, close: number): { end: number; lineComment: boolean } {
  let end = from;
  const comment = /[ \t]*(?:(\/\/[^\r\n]*)|\/\*[^\r\n]*?\*\/)/y;
  for (;;) {
    comment.lastIndex = end;
    const match = comment.exec(text);
    if (match === null || match.index >= close) return { end, lineComment: false };
    end = comment.lastIndex;
    if (match[1] !== undefined) return { end, lineComment: true };
  }
}

function indentOfLine(text: string, offset: number): string {
  const start = Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
  return /^\ufeff?([ \t]*)/.exec(text.slice(start))?.[1] ?? '';
}
