// What a run wrote, line by line as it comes: what is new is read, and nothing twice. Of a line that was written over, the last writing stays.
import { coloured, type Look, lookAfter, type Part, PLAIN, withoutCodes } from './terminal-codes.ts';

export interface OutputLine {
  /** From 1. */
  readonly number: number;
  /** Without codes for terminals. */
  readonly text: string;
  /** With the look of each part. A line of which the end is not known yet has other ones later. */
  parts(): readonly Part[];
}

export interface Output {
  push(text: string): void;
  /** The last one may go on. */
  lines(): readonly OutputLine[];
  /** The first line that speaks of an error; null = none does. */
  firstError(): OutputLine | null;
}

export function createOutput(): Output {
  const whole: OutputLine[] = [];
  let error: OutputLine | null = null;
  let rest = '';
  let look = PLAIN;
  const last = () => (rest === '' ? [] : [lineOf(whole.length + 1, rest, look)]);
  const end = (written: string) => {
    const line = lineOf(whole.length + 1, written, look);
    whole.push(line);
    error ??= saysError(line) ? line : null;
    look = lookAfter(written, look);
  };
  return {
    push(text) {
      const pieces = text.split('\n');
      const open = pieces.pop() ?? '';
      for (const piece of pieces) {
        end(rest + piece);
        rest = '';
      }
      rest += open;
    },
    lines: () => [...whole, ...last()],
    firstError: () => error ?? last().find(saysError) ?? null,
  };
}

function lineOf(number: number, written: string, before: Look): OutputLine {
  const [over, shown] = lastWriting(written);
  return { number, text: withoutCodes(shown), parts: () => coloured(shown, lookAfter(over, before)) };
}

/** What was written over, and what over it: where that is nothing but codes, what was there stays. */
function lastWriting(line: string): readonly [over: string, shown: string] {
  let end = line.length;
  let from = line.lastIndexOf('\r') + 1;
  while (from > 0 && withoutCodes(line.slice(from, end)) === '') {
    end = from - 1;
    from = end === 0 ? 0 : line.lastIndexOf('\r', end - 1) + 1;
  }
  return [line.slice(0, from), line.slice(from, end)];
}

const ERROR = /\b(?:error|errors|failed|failure|fatal|panic|exception|traceback|segmentation fault|not found|denied)\b/i;

function saysError({ text }: OutputLine): boolean {
  return ERROR.test(text);
}

/** Those that contain the words, however they are written in capitals; without words all. */
export function searchLines(lines: readonly OutputLine[], words: string): readonly OutputLine[] {
  const wanted = words.toLowerCase();
  return wanted === '' ? lines : lines.filter(({ text }) => text.toLowerCase().includes(wanted));
}
