// Finds the whole lines of a top-level key in a YAML text, so that it can be cut out. The caller reads the result again, so a layout that
// is not understood here is noticed.
import { CST, Lexer } from 'yaml';

export interface LineSpan {
  readonly from: number;
  /** Behind the last line's end. */
  readonly to: number;
}

/** The key's line and the lines that belong to its value; null = there is no such key at the margin. */
export function topLevelSpan(text: string, key: string): LineSpan | null {
  const lines = linesOf(text);
  const first = lines.findIndex(({ line }) => new RegExp(`^["']?${key}["']?[ \\t]*:(?:[ \\t\\r]|$)`).test(line));
  const start = lines[first];
  if (start === undefined) return null;
  let last = first;
  for (let at = first + 1; at < lines.length; at += 1) {
    const { line } = lines[at] ?? { line: '' };
    if (/^\s*(?:#.*)?$/.test(line)) continue;
    // A list may stand at the margin of its own key.
    if (!/^(?:[ \t]|-[ \t]|[\]}])/.test(line)) break;
    last = at;
  }
  return { from: start.from, to: lines[last]?.to ?? text.length };
}

/** Comments in a piece of YAML, each from its # on. */
export function commentsIn(text: string): string[] {
  return [...new Lexer().lex(text)].filter((token) => CST.tokenType(token) === 'comment').map((token) => token.trim());
}

function linesOf(text: string): { line: string; from: number; to: number }[] {
  let from = 0;
  return text.split(/(?<=\n)/).map((whole) => {
    const to = from + whole.length;
    const line = { line: whole.replace(/\r?\n$/, ''), from, to };
    from = to;
    return line;
  });
}
