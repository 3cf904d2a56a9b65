// Goes over JSON once before any parser sees it. It returns a copy of the same length with straight quotes and no byte order mark, the
// place of each kind of thing that was forgiven, and where it is nested too deep.

export type Forgiven = 'byteOrderMark' | 'comment' | 'trailingComma' | 'smartQuote';

export interface JsonScan {
  /** Same length as the text, so every offset means the same in both. */
  readonly straight: string;
  /** Offset of the first occurrence of each kind. */
  readonly forgiven: ReadonlyMap<Forgiven, number>;
  /** Offset of the first bracket beyond `levelsMax`; null when there is none. */
  readonly tooDeepAt: number | null;
}

const SMART_QUOTES = '“”„‟';
const TOKEN = /\/\/[^\r\n]*|\/\*[\s\S]*?(?:\*\/|$)|["“”„‟]|[[\]{},]|[^\s]/g;

export function scanJson(text: string, levelsMax: number): JsonScan {
  const forgiven = new Map<Forgiven, number>();
  const note = (kind: Forgiven, at: number) => forgiven.has(kind) || forgiven.set(kind, at);
  const straightened: number[] = [];
  let level = 0;
  let tooDeepAt: number | null = null;
  let comma: number | null = null;
  if (text.startsWith('\ufeff')) note('byteOrderMark', 0);
  TOKEN.lastIndex = text.startsWith('\ufeff') ? 1 : 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const token = match[0];
    const at = match.index;
    if (token.startsWith('//') || token.startsWith('/*')) {
      note('comment', at);
      continue;
    }
    if (token === ']' || token === '}') {
      if (comma !== null) note('trailingComma', comma);
      level -= 1;
    } else if (token === '[' || token === '{') {
      level += 1;
      if (level > levelsMax) tooDeepAt ??= at;
    } else if (token === '"' || SMART_QUOTES.includes(token)) {
      const end = stringEnd(text, at, token !== '"');
      if (token !== '"') {
        note('smartQuote', at);
        straightened.push(at);
      }
      if (end.closed && text[end.at - 1] !== '"') straightened.push(end.at - 1);
      TOKEN.lastIndex = end.at;
    }
    comma = token === ',' ? at : null;
  }
  return { straight: straighten(text, straightened), forgiven, tooDeepAt };
}

/** A string that a smart quote opened ends at any quote; one that a straight quote opened holds smart quotes as content. */
function stringEnd(text: string, start: number, smart: boolean): { at: number; closed: boolean } {
  for (let at = start + 1; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (character === '\n' || character === '\r') return { at, closed: false };
    if (character === '\\') at += 1;
    else if (character === '"' || (smart && SMART_QUOTES.includes(character))) return { at: at + 1, closed: true };
  }
  return { at: text.length, closed: false };
}

function straighten(text: string, quotes: readonly number[]): string {
  const parts: string[] = [];
  let from = 0;
  if (text.startsWith('\ufeff')) {
    parts.push(' ');
    from = 1;
  }
  for (const at of quotes) {
    parts.push(text.slice(from, at), '"');
    from = at + 1;
  }
  return parts.join('') + text.slice(from);
}
