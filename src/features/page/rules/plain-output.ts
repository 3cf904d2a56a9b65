// What a run wrote, as lines of plain text: the codes for terminals are left out, and of a line that was written over, the last writing stays. Pure.

/** What moves or colours: with letters to its end, or a title to its bell. */
const CODES = /\u001b(?:\[[0-?]*[ -/]*[@-~]|[\]PX^_][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])/g;

export function plainLines(text: string): readonly string[] {
  const lines = text.replace(CODES, '').replaceAll('\r\n', '\n').split('\n');
  // The end of the last line is no line of its own.
  if (lines.at(-1) === '') lines.pop();
  return lines.map(lastWriting);
}

function lastWriting(line: string): string {
  const written = line.split('\r').filter((part) => part !== '');
  return written.at(-1) ?? '';
}

const ERROR = /\b(?:error|errors|failed|failure|fatal|panic|exception|traceback|segmentation fault|not found|denied)\b/i;

/** The place of the first line that speaks of an error; null = none does. */
export function firstError(lines: readonly string[]): number | null {
  const at = lines.findIndex((line) => ERROR.test(line));
  return at === -1 ? null : at;
}

export interface FoundLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** Those that contain the words, however they are written in capitals; without words all. */
export function searchLines(lines: readonly string[], words: string): readonly FoundLine[] {
  const wanted = words.toLowerCase();
  return lines.flatMap((text, at) => (wanted === '' || text.toLowerCase().includes(wanted) ? [{ number: at + 1, text }] : []));
}
