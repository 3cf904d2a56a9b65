// A body inside a log: a line that looks like a heading of ours is written with a backslash before it, and one that has such
// backslashes already gets one more, so that every body comes back as it was.

/** Headings of logs (`## 12 · …`) and of the history (`## to 2 · 12 · …`). */
const LOOKS = /^\\*## (?:to [A-Z0-9]+ · )?[0-9]+ · /;

export function escapeBody(body: string): string {
  return mapLines(body, (line) => (LOOKS.test(line) ? `\\${line}` : line));
}

export function unescapeBody(body: string): string {
  return mapLines(body, (line) => (line.startsWith('\\') && LOOKS.test(line) ? line.slice(1) : line));
}

function mapLines(text: string, turn: (line: string) => string): string {
  return text.includes('## ') ? text.split('\n').map(turn).join('\n') : text;
}
