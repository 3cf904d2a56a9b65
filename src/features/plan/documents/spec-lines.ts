// Finds the task lists of a spec (D10): which list items are tasks, and which lines belong to each. It reads Markdown as hosts show it, so
// a line that is part of the same item there belongs to the task even without indentation.
import { DOCUMENT_LIMITS } from '../../../documents/text/limits.ts';
import { type Heading, type ShownLine, shownLines, titleIn } from './shown-lines.ts';

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

const TASKS = /^tasks?:?$/i;
const DRAFT = /^tasks?[ \t]*[([]?draft[)\]]?:?$/i;
/** Phones leave out spaces. */
const ITEM = /^([ \t]*)(?:[-*+]|([0-9]{1,9})[.)])[ \t]*\[([ xX]?)\][ \t]+(\S.*)$/;
const BULLET = /^ ?(?:[-*+]|[0-9]{1,9}[.)])[ \t]+\S/;
/** As far in, an item is within the one above it. */
const WITHIN = /^(?: {2}|\t)/;

/** `offset`: lines before the text in its document. */
export function taskLists(text: string, offset: number): TaskLists {
  const headings = followHeadings();
  const tasks: TaskLines[] = [];
  const boxless: number[] = [];
  let current: OpenItem | null = null;
  for (const shown of shownLines(text, offset)) {
    const { line, raw, isCode, heading } = shown;
    if (heading !== null) {
      headings.pass(line, heading);
      current = null;
      continue;
    }
    const place = headings.place();
    if (place === null) continue;
    const item: OpenItem | null = isCode || (current !== null && WITHIN.test(raw)) ? null : itemIn(raw, line, place);
    if (item !== null) {
      current = item;
      tasks.push(item);
      // Nobody obeys a list that is longer: what is too much need not be counted.
      if (tasks.length > DOCUMENT_LIMITS.entriesMax) break;
    } else if (current !== null && goesOn(shown)) {
      const rest = withoutIndent(raw, current.indent);
      current.lines.push({ line, column: raw.length - rest.length + 1, text: rest, isCode });
    } else {
      if (!isCode && BULLET.test(raw)) boxless.push(line);
      current = null;
    }
  }
  return { ...headings.told(), tasks, boxless };
}

/** In which list the lines stand, by the headings that were passed so far. */
function followHeadings() {
  let title: string | null = null;
  let section: { readonly level: number; readonly draft: boolean } | null = null;
  let group: string | null = null;
  let draftLine: number | null = null;
  let draftEnd: number | null = null;
  return {
    pass(line: number, { level, words }: Heading): void {
      title ??= words;
      const draft = DRAFT.test(words);
      const isList = draft || TASKS.test(words);
      const isBelow = section !== null && level > section.level;
      if (isBelow && !isList) {
        group = words;
        return;
      }
      if (section?.draft) draftEnd ??= line;
      if (draft) draftLine ??= line;
      section = isList ? { level, draft } : null;
      group = null;
    },
    /** Null = in no list of tasks. */
    place: (): Place | null => (section === null ? null : { group, draft: section.draft }),
    told: () => ({ title, draftLine, draftEnd }),
  };
}

type Place = Pick<TaskLines, 'group' | 'draft'>;

interface OpenItem extends TaskLines {
  readonly lines: ItemLine[];
  readonly indent: number;
}

function itemIn(raw: string, line: number, place: Place): OpenItem | null {
  const [whole, indent = '', number, box = '', words = ''] = ITEM.exec(raw) ?? [];
  if (whole === undefined) return null;
  return {
    ...{ line, column: raw.length - words.length + 1, title: titleIn(words), ticked: box.trim() !== '' },
    ...{ numbered: number !== undefined, ...place, lines: [] },
    indent: indent.length + (number === undefined ? 2 : number.length + 2),
  };
}

/** It is part of the item above it. */
function goesOn({ raw, isFenced, afterBlank }: ShownLine): boolean {
  if (isFenced || raw.trim() === '' || /^[ \t]/.test(raw)) return true;
  // Right below, and no item of its own: hosts show it in the same paragraph.
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
