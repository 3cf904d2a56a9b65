// Markdown that others wrote, as a tree to be drawn: bounded in size and depth, with no HTML, no image and no address of anything but the web.
// Nothing that was written is left out: where it would be, the text is shown as it was written.
import { Lexer, type Token, type Tokens } from 'marked';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { isWebLink } from '../rules/web-links.ts';

export type Span =
  | { readonly kind: 'text' | 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'em' | 'del'; readonly spans: readonly Span[] }
  | { readonly kind: 'link'; readonly spans: readonly Span[]; readonly url: string; readonly title: string }
  | { readonly kind: 'image'; readonly text: string; readonly address: string; readonly title: string };

export type Block =
  | { readonly kind: 'text' | 'heading'; readonly spans: readonly Span[] }
  | { readonly kind: 'code'; readonly text: string; readonly language: string }
  | { readonly kind: 'quote'; readonly blocks: readonly Block[] }
  | { readonly kind: 'list'; readonly items: readonly Item[] }
  | { readonly kind: 'table'; readonly head: readonly Cell[]; readonly rows: readonly (readonly Cell[])[] }
  | { readonly kind: 'line' };

export interface Item {
  /** As it was written; null = it has none. */
  readonly number: number | null;
  readonly blocks: readonly Block[];
}

type Cell = readonly Span[];

/**
 * What is longer, or has more lines or marks, takes the lexer seconds where somebody wants it to: it grows with the square of them. So 50
 * messages, as many as are drawn at once, take a second at most.
 */
const CHARACTERS_MAX = 16_000;
const LINES_MAX = 500;
const MARKS_MAX = 600;
const MARK = /[*_~`[\]<!|&\\]/g;
const LINE = /\n/g;
const DEPTH_MAX = 6;
/** A line that begins deeper is no text of people, and exhausts the stack. */
const TOO_DEEP = new RegExp(`^(?:[ \\t]*(?:>|(?:[*+-]|\\d{1,9}[.)])[ \\t])){${DEPTH_MAX + 1}}`, 'm');
const COLUMNS_MAX = 12;
/** What Markdown may take for its own; all else must be drawn. */
const MARKUP = /[\s\\`*_~[\]()<>!#|:+=."'-]+/g;

/** Null = it is shown as it was written. */
export function markdownOf(written: string): readonly Block[] | null {
  if (written.length > CHARACTERS_MAX) return null;
  const text = visibleText(written);
  const isLarge = text.length > CHARACTERS_MAX || count(text, MARK) > MARKS_MAX || count(text, LINE) > LINES_MAX;
  if (isLarge || TOO_DEEP.test(text)) return null;
  try {
    const blocks = blocksOf(new Lexer({ gfm: true }).lex(text), 0);
    return hasAll(drawnOf(blocks), text) ? blocks : null;
  } catch {
    return null;
  }
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

/** The characters of the text that are no markup stand in what is drawn, in that order. */
function hasAll(drawn: string, text: string): boolean {
  const wanted = text.replace(MARKUP, '');
  let at = 0;
  for (const unit of drawn.replace(MARKUP, '')) if (wanted.startsWith(unit, at)) at += unit.length;
  return at === wanted.length;
}

function blocksOf(tokens: readonly Token[], depth: number): readonly Block[] {
  return tokens.flatMap((token): Block[] => (token.type === 'space' ? [] : [blockOf(token as Tokens.Generic, depth)]));
}

function blockOf(token: Tokens.Generic, depth: number): Block {
  const { type, raw, tokens = [] } = token;
  if (depth > DEPTH_MAX) return plain(raw);
  switch (type) {
    case 'paragraph':
    case 'text':
      return { kind: 'text', spans: tokens.length === 0 ? [{ kind: 'text', text: raw }] : spansOf(tokens, depth + 1) };
    case 'heading':
      return { kind: 'heading', spans: spansOf(tokens, depth + 1) };
    case 'code':
      return { kind: 'code', text: (token as Tokens.Code).text.replace(/\n$/, ''), language: (token as Tokens.Code).lang ?? '' };
    case 'blockquote':
      return { kind: 'quote', blocks: blocksOf(tokens, depth + 1) };
    case 'list':
      return { kind: 'list', items: (token as Tokens.List).items.map((item) => itemOf(item, depth + 1)) };
    case 'table':
      return tableOf(token as Tokens.Table, depth + 1);
    case 'hr':
      return { kind: 'line' };
    case 'checkbox':
      return plain(raw.trim());
    default:
      return plain(raw);
  }
}

function plain(raw: string): Block {
  return { kind: 'text', spans: [{ kind: 'text', text: raw.replace(/\n+$/, '') }] };
}

function itemOf({ raw, tokens }: Tokens.ListItem, depth: number): Item {
  const [, digits] = /^ {0,3}(\d{1,9})[.)]/.exec(raw) ?? [];
  const [box, first, ...others] = tokens;
  const number = digits === undefined ? null : Number(digits);
  // The box of a task stands in the line of its words.
  if (box?.type === 'checkbox' && first?.type === 'text') {
    const [words, ...more] = blocksOf([first, ...others], depth);
    const spans = words?.kind === 'text' ? words.spans : [];
    return { number, blocks: [{ kind: 'text', spans: [{ kind: 'text', text: box.raw }, ...spans] }, ...more] };
  }
  return { number, blocks: blocksOf(tokens, depth) };
}

function tableOf({ raw, header, rows }: Tokens.Table, depth: number): Block {
  if (header.length > COLUMNS_MAX) return plain(raw);
  const cellsOf = (cells: readonly Tokens.TableCell[]) => cells.map(({ tokens }) => spansOf(tokens, depth));
  return { kind: 'table', head: cellsOf(header), rows: rows.map(cellsOf) };
}

function spansOf(tokens: readonly Token[], depth: number): readonly Span[] {
  return tokens.map((token) => spanOf(token as Tokens.Generic, depth));
}

function spanOf(token: Tokens.Generic, depth: number): Span {
  const { type, raw, tokens = [] } = token;
  const asWritten: Span = { kind: 'text', text: raw };
  if (depth > DEPTH_MAX) return asWritten;
  switch (type) {
    case 'strong':
    case 'em':
    case 'del':
      return { kind: type, spans: spansOf(tokens, depth + 1) };
    case 'codespan':
    case 'escape':
      return { kind: type === 'escape' ? 'text' : 'code', text: (token as Tokens.Escape).text };
    case 'br':
      return { kind: 'text', text: '\n' };
    case 'link': {
      const { href, text, title } = token as Tokens.Link;
      // One that stands for itself is found in the text as it is drawn.
      if (text === raw || !isWebLink(href)) return asWritten;
      return { kind: 'link', spans: text === href ? [] : spansOf(tokens, depth + 1), url: href, title: title ?? '' };
    }
    case 'image': {
      const { href, text, title } = token as Tokens.Image;
      return { kind: 'image', text, address: href, title: title ?? '' };
    }
    default:
      return asWritten;
  }
}

/** All that is seen of it, in its order. */
function drawnOf(blocks: readonly Block[]): string {
  return blocks.map(drawnOfBlock).join('\n');
}

function drawnOfBlock(block: Block): string {
  switch (block.kind) {
    case 'text':
    case 'heading':
      return drawnOfSpans(block.spans);
    case 'code':
      return `${block.language}\n${block.text}`;
    case 'quote':
      return drawnOf(block.blocks);
    case 'list':
      return block.items.map(({ number, blocks }) => `${number ?? ''} ${drawnOf(blocks)}`).join('\n');
    case 'table':
      return [block.head, ...block.rows].map((cells) => cells.map(drawnOfSpans).join(' ')).join('\n');
    default:
      return '';
  }
}

function drawnOfSpans(spans: readonly Span[]): string {
  return spans.map(drawnOfSpan).join('');
}

function drawnOfSpan(span: Span): string {
  switch (span.kind) {
    case 'text':
    case 'code':
      return span.text;
    case 'link':
      return [drawnOfSpans(span.spans), span.url, span.title].join(' ');
    case 'image':
      return [span.text, span.address, span.title].join(' ');
    default:
      return drawnOfSpans(span.spans);
  }
}
