// Escapes a body for a message log and reads it back unchanged. A line that looks like a heading of coord's gets a backslash; a line that
// has such backslashes already gets one more.

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
