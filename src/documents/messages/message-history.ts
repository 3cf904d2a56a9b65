// history/<N>/messages-<yyyy-mm>.md: messages that left machine N's logs because they were read (M4), by the month they were
// written in. Append-only; where a month is full, they go on in the next one, so that every file can be read (D8).
import type { MovedMessage } from '../../core/model/messages/mail.ts';
import { MESSAGE_LIMITS, type Message, type Reader } from '../../core/model/messages/message.ts';
import { escapeBody, unescapeBody } from './message-body.ts';
import { headingOf, parseHeading } from './message-log.ts';

const TO = /^## to ([0-9]+|ALL) · (.*)$/;

export function parseMessageHistory(text: string): readonly MovedMessage[] {
  const found: MovedMessage[] = [];
  let open: { readonly head: Omit<MovedMessage, 'body'>; readonly lines: string[] } | null = null;
  const close = () => {
    if (open !== null) found.push({ ...open.head, body: unescapeBody(open.lines.join('\n')).trimEnd() });
  };
  for (const line of text.split('\n')) {
    const [, reader, rest] = TO.exec(line) ?? [];
    const heading = rest === undefined ? null : parseHeading(`## ${rest}`);
    if (reader === undefined || heading === null) {
      open?.lines.push(line);
      continue;
    }
    close();
    open = { head: { ...heading, reader }, lines: [] };
  }
  close();
  return found;
}

/** Months (`2026-11`) with their text as it stands become months with the text they need; only those that change are returned. */
export function appendMessageHistory(
  machine: number,
  before: ReadonlyMap<string, string>,
  moved: readonly MovedMessage[],
): ReadonlyMap<string, string> {
  const after = new Map<string, string>();
  const written = new Set([...before.values()].flatMap((text) => parseMessageHistory(text).map(nameOf)));
  for (const message of moved) {
    if (written.has(nameOf(message))) continue;
    const entry = `\n## to ${message.reader} · ${headingOf(message)}\n${escapeBody(message.body.trimEnd())}\n`;
    let month = message.at.slice(0, 7);
    let text = textOf(machine, month, before, after);
    // A UTF-16 unit takes 3 bytes at most; an upper bound is enough.
    while ((text.length + entry.length) * 3 > MESSAGE_LIMITS.logBytesMax) {
      month = nextMonth(month);
      text = textOf(machine, month, before, after);
    }
    after.set(month, text + entry);
  }
  return after;
}

/** What of these is not in the history yet. */
export function notInHistory(moved: readonly MovedMessage[], texts: Iterable<string>): readonly MovedMessage[] {
  const written = new Set([...texts].flatMap((text) => parseMessageHistory(text).map(nameOf)));
  return moved.filter((message) => !written.has(nameOf(message)));
}

/** Messages to one reader, by number. */
export function historyOf(texts: Iterable<string>, reader: Reader): readonly Message[] {
  const found = [...texts].flatMap((text) => parseMessageHistory(text)).filter((message) => message.reader === reader);
  const byNumber = new Map(found.map(({ reader: _reader, ...message }) => [message.number, message]));
  return [...byNumber.values()].sort((a, b) => a.number - b.number);
}

function textOf(machine: number, month: string, before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string {
  return after.get(month) ?? before.get(month) ?? `# Messages that machine ${machine} wrote in ${month} and that were read\n`;
}

/** `2026-12` → `2027-01`. */
export function nextMonth(month: string): string {
  const [year, number] = month.split('-').map(Number);
  return number === 12 ? `${(year ?? 0) + 1}-01` : `${year}-${String((number ?? 0) + 1).padStart(2, '0')}`;
}

function nameOf({ reader, number }: MovedMessage): string {
  return `${reader} ${number}`;
}
