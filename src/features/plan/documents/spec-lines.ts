// Finds the task lists of a spec (D10): which list items are tasks, and which lines belong to each. It reads Markdown as hosts show it, so
// a line that is part of the same item there belongs to the task even without indentation.
import { DOCUMENT_LIMITS } from '../../../documents/text/limits.ts';
import { plainTitle } from './spec-names.ts';
import { createBlanks } from './unseen-html.ts';

export interface TaskLines {
  /** 1-based, of the item; `column` where its title begins. */
  readonly line: number;
  readonly column: number;
  readonly title: string;
  readonly ticked: boolean;
  readonly numbered: boolean;
  /** The heading above it, below that of the list. */
  readonly group: string | null;
  readonly draft: boolean;
  /** What the item holds below its title, without its indentation. */
  readonly lines: readonly ItemLine[];
}

export interface ItemLine {
  readonly line: number;
  readonly column: number;
  readonly text: string;
  /** Within a block of code, or one of its fences. */
  readonly isCode: boolean;
}

export interface TaskLists {
  /** The first heading of the document. */
  readonly title: string | null;
  readonly tasks: readonly TaskLines[];
  /** Lines of list items without a box. */
  readonly boxless: readonly number[];
  readonly draftLine: number | null;
  /** Of the heading that ends the draft; null = the document does. */
  readonly draftEnd: number | null;
}

const HEADING = /^ {0,3}(#{1,6})[ \t]+(.*)$/;
/** What follows is no title: a search in it could take for ever. */
const TITLE_MAX = 1000;
const TASKS = /^tasks?:?$/i;
const DRAFT = /^tasks?[ \t]*[([]?draft[)\]]?:?$/i;
/** Phones leave out spaces. */
const ITEM = /^([ \t]*)(?:[-*+]|([0-9]{1,9})[.)])[ \t]*\[([ xX]?)\][ \t]+(\S.*)$/;
const BULLET = /^ ?(?:[-*+]|[0-9]{1,9}[.)])[ \t]+\S/;
const FENCE = /^[ \t]*(`{3,}|~{3,})(.*)$/;
/** As far in, an item is within the one above it. */
const WITHIN = /^(?: {2}|\t)/;

/** `offset`: lines before the text in its document. */
export function taskLists(text: string, offset: number): TaskLists {
  let title: string | null = null;
  let section: { readonly level: number; readonly draft: boolean } | null = null;
  let group: string | null = null;
  let fence: string | null = null;
  let current: OpenItem | null = null;
  let afterBlank = false;
  let draftLine: number | null = null;
  let draftEnd: number | null = null;
  const tasks: TaskLines[] = [];
  const boxless: number[] = [];
  const written = text.split('\n').map((it) => it.replace(/\r$/, ''));
  const shownOf = createBlanks(written);
  for (const index of written.keys()) {
    // What no host shows, nobody has agreed to: it is blank, and the rest stays where it is.
    const raw = shownOf(index, fence === null);
    const line = offset + index + 1;
    const isFenced = fence !== null;
    const mark = FENCE.exec(raw);
    if (fence !== null) fence = closes(raw, fence) ? null : fence;
    else if (mark !== null && !(mark[1]?.startsWith('`') && mark[2]?.includes('`'))) fence = mark[1] ?? null;
    const isCode = isFenced || fence !== null;
    const heading = isCode ? null : HEADING.exec(raw);
    if (heading !== null) {
      const level = heading[1]?.length ?? 1;
      const words = titleIn(heading[2] ?? '').replace(/ *#+$/, '');
      title ??= words;
      current = null;
      const isList = TASKS.test(words) || DRAFT.test(words);
      if (draftLine !== null && (isList || (section !== null && level <= section.level))) draftEnd ??= line;
      if (isList) {
        section = { level, draft: DRAFT.test(words) };
        if (section.draft) draftLine ??= line;
        group = null;
      } else if (section !== null && level <= section.level) section = null;
      else group = words;
      continue;
    }
    if (section === null) continue;
    const item: OpenItem | null =
      isCode || (current !== null && WITHIN.test(raw)) ? null : itemIn(raw, line, { group, draft: section.draft });
    if (item !== null) {
      current = item;
      tasks.push(item);
      // Nobody obeys a list that is longer: what is too much need not be counted.
      if (tasks.length > DOCUMENT_LIMITS.entriesMax) break;
    } else if (current !== null && (raw.trim() === '' || /^[ \t]/.test(raw) || isFenced || isLazy(raw, afterBlank))) {
      const rest = withoutIndent(raw, current.indent);
      current.lines.push({ line, column: raw.length - rest.length + 1, text: rest, isCode });
    } else {
      if (!isCode && BULLET.test(raw)) boxless.push(line);
      current = null;
    }
    afterBlank = raw.trim() === '';
  }
  return { title, tasks, boxless, draftLine, draftEnd };
}

interface OpenItem extends TaskLines {
  readonly lines: ItemLine[];
  readonly indent: number;
}

function itemIn(raw: string, line: number, place: Pick<TaskLines, 'group' | 'draft'>): OpenItem | null {
  const [whole, indent = '', number, box = '', words = ''] = ITEM.exec(raw) ?? [];
  if (whole === undefined) return null;
  return {
    ...{ line, column: raw.length - words.length + 1, title: titleIn(words), ticked: box.trim() !== '' },
    ...{ numbered: number !== undefined, ...place, lines: [] },
    indent: indent.length + (number === undefined ? 2 : number.length + 2),
  };
}

function titleIn(markdown: string): string {
  return plainTitle(markdown.slice(0, TITLE_MAX));
}

function closes(raw: string, fence: string): boolean {
  const [, mark = '', rest = ''] = FENCE.exec(raw) ?? [];
  return mark.startsWith(fence) && rest.trim() === '';
}

/** Right below, and no item of its own: hosts show it in the same paragraph. */
function isLazy(raw: string, afterBlank: boolean): boolean {
  return !afterBlank && !BULLET.test(raw) && !/^ {0,3}(?:[-*_][ \t]*){3,}$/.test(raw);
}

function withoutIndent(raw: string, columns: number): string {
  let at = 0;
  for (let column = 0; column < columns && at < raw.length; at += 1) {
    if (raw[at] === '\t') column += 4 - (column % 4);
    else if (raw[at] === ' ') column += 1;
    else break;
  }
  return raw.slice(at);
}
