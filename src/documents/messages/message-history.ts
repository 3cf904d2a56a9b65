// history/<N>/messages-<yyyy-mm>.m<N>.md: messages that left machine N's logs (M4), by the month they were
// written in. Append-only; where a month is full, they go on in a further part of it, so that every file can be read (D8).
import type { MovedMessage } from '../../core/model/messages/mail.ts';
import { MESSAGE_LIMITS, type Message, type Reader } from '../../core/model/messages/message.ts';
import { monthOf, nextPart, partsOf } from '../history-part.ts';
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

/**
 * Parts (`2026-11`, `2026-11.2`) with their text as it stands (null = it cannot be read) become parts with the text they need; only those that
 * change are returned. Of each month the newest part has to be there.
 */
export function appendMessageHistory(
  machine: number,
  before: ReadonlyMap<string, string | null>,
  moved: readonly MovedMessage[],
): ReadonlyMap<string, string> {
  const after = new Map<string, string>();
  const written = writtenIn(before.values());
  const textOf = (part: string) => {
    const text = after.get(part) ?? before.get(part);
    return text === undefined ? `# Messages that machine ${machine} wrote in ${monthOf(part)} and that left its logs\n` : text;
  };
  for (const message of moved) {
    if (written.has(nameOf(message))) continue;
    const entry = `\n## to ${message.reader} · ${headingOf(message)}\n${escapeBody(message.body.trimEnd())}\n`;
    const month = message.at.slice(0, 7);
    let part: string | null = partsOf(month, [...before.keys(), ...after.keys()])[0] ?? month;
    // A UTF-16 unit takes 3 bytes at most; an upper bound is enough.
    const fits = (text: string | null) => text !== null && (text.length + entry.length) * 3 <= MESSAGE_LIMITS.logBytesMax;
    while (part !== null && !fits(textOf(part))) part = nextPart(part);
    if (part !== null) after.set(part, `${textOf(part)}${entry}`);
  }
  return after;
}

/** Whether the text begins with one of these. */
export function beginsWithMessage(text: string, moved: readonly MovedMessage[]): boolean {
  const [first] = parseMessageHistory(text);
  return first === undefined || moved.some((message) => nameOf(message) === nameOf(first));
}

/** What of these is not in the history yet. */
export function notInHistory(moved: readonly MovedMessage[], texts: Iterable<string | null>): readonly MovedMessage[] {
  const written = writtenIn(texts);
  return moved.filter((message) => !written.has(nameOf(message)));
}

/** Those to one reader, as they stand. */
export function messagesIn(history: readonly MovedMessage[], reader: Reader): readonly Message[] {
  return history.filter((message) => message.reader === reader).map(({ reader: _reader, ...message }) => message);
}

function writtenIn(texts: Iterable<string | null>): Set<string> {
  return new Set([...texts].flatMap((text) => (text === null ? [] : parseMessageHistory(text).map(nameOf))));
}

function nameOf({ reader, number }: MovedMessage): string {
  return `${reader} ${number}`;
}
