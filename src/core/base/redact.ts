// Makes a run's output fit to publish: `plainText` first, then `redact`, since a terminal code inside a secret would hide it. Not found: a secret
// in another encoding than JSON, URL and HTML, split by other text, or of a shape that is not listed. Both take linear time.
import { hideKnown } from './known-secrets.ts';
import { SECRET_ASSIGNMENTS, SECRET_SHAPES } from './secret-shapes.ts';

const HIDDEN = '[redacted]';

/** Escape codes: with parameters, with a string up to its end or the end of the line, and short ones. */
const CODES = /\x1b\[[0-?]*[ -/]*[@-~]?|\x1b[\]PX^_][^\x07\x1b\x9c\n]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]/g;

/** Controls, direction marks, invisible characters and tags, half surrogates; not tab and newline, nor the joiners of emoji. */
const UNSEEN =
  /[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}\ud800-\udfff]/gu;

/** The text with the known secrets and everything of a known shape replaced by `[redacted]`. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = hideKnown(text, secrets, HIDDEN);
  for (const shape of SECRET_SHAPES) clean = clean.replace(shape, HIDDEN);
  clean = hideCutPrivateKeys(clean);
  for (const assignment of SECRET_ASSIGNMENTS)
    clean = clean.replace(assignment, (all: string, before: string, at: number, text: string) =>
      isWorkFolder(all, text.slice(Math.max(0, at - 4), at)) ? all : before + HIDDEN,
    );
  return clean;
}

/** `PWD=/root`, `OLDPWD=/`: a working folder, as every printed environment has it, and no password. `before`: four characters. */
function isWorkFolder(assignment: string, before: string): boolean {
  return /^PWD=[/~]/.test(assignment) && /(?:^|[^A-Za-z0-9_-])(?:OLD)?$/.test(before);
}

/**
 * The text as a person would see it at the end: without escape codes, an overwritten line in its last form. Characters that could hide, move or
 * recolour text are written as `\u{..}`. Cursor movements are dropped, not obeyed.
 */
export function plainText(text: string): string {
  return text
    .replace(CODES, '')
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => backspaced(lastShown(line)))
    .join('\n')
    .replace(UNSEEN, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Matches a private key whose first lines were cut off: lines of base64 before its last line. */
function hideCutPrivateKeys(text: string): string {
  if (!text.includes('PRIVATE KEY-----')) return text;
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    if (!/^\s*-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----/.test(line)) continue;
    for (let above = index - 1; /^\s*[A-Za-z0-9+/=]{4,}\s*$/.test(lines[above] ?? ''); above--) lines[above] = HIDDEN;
  }
  return lines.join('\n');
}

/** The last form of a line that was overwritten, as progress bars do. */
function lastShown(line: string): string {
  return line.includes('\r') ? (line.split('\r').findLast((part) => part !== '') ?? '') : line;
}

/** Overstriking (`_\bx`) and spinners. */
function backspaced(line: string): string {
  if (!line.includes('\b')) return line;
  const kept: string[] = [];
  for (const char of line) {
    if (char === '\b') kept.pop();
    else kept.push(char);
  }
  return kept.join('');
}
