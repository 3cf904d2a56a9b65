// What the board says of messages, from logs and machines' documents alone (D6). Times of several machines are put in order for
// people to read; nothing is decided by them (D7). Pure.

import { cutText } from '../base/cut-text.ts';
import { type Readers, receiptOf, weakest } from '../messages/receipts.ts';
import type { Cursor } from '../model/messages/mail.ts';
import { EVERYBODY, type MailView, type Message, PEOPLE, type Reader, sourceOf } from '../model/messages/message.ts';
import type { StatusMessage, StatusMessages } from '../model/status/status-messages.ts';

const LAST_MAX = 10;
const TO_PEOPLE_MAX = 20;
const TEXT_LENGTH_MAX = 300;

export interface MailStatus {
  readonly unread: number;
  /** Null = nobody wrote anything. */
  readonly messages: StatusMessages | null;
}

/** `peopleRead`: for each machine's log to people, the last number that stood on the board when they wrote again. */
export function mailStatus(logs: MailView['machines'], readers: Readers, peopleRead: ReadonlyMap<number, number>): MailStatus {
  let unread = 0;
  const last: StatusMessage[] = [];
  const toPeople: StatusMessage[] = [];
  for (const [from, byReader] of logs) {
    for (const [to, messages] of byReader) {
      const cursors = cursorsOf(from, to, readers, peopleRead);
      for (const cursor of cursors) unread += unreadIn(messages, cursor);
      const read = cursors[0]?.taken ?? 0;
      const show = (message: Message) => shown(from, to, message, readers, read);
      if (to !== PEOPLE) last.push(...messages.slice(-LAST_MAX).map(show));
      else
        toPeople.push(
          ...messages
            .filter(({ number }) => number > read)
            .slice(-TO_PEOPLE_MAX)
            .map(show),
        );
    }
  }
  const fromPeople: Record<string, { delivered: number; read: number }> = {};
  for (const [machine, { cursors, hasLeft }] of readers) {
    const counts = [cursors[PEOPLE], cursors[sourceOf(Number(PEOPLE), EVERYBODY)]];
    const sum = (of: keyof Cursor) => counts.reduce((total, cursor) => total + (cursor?.[of] ?? 0), 0);
    if (hasLeft || sum('delivered') === 0) continue;
    fromPeople[String(machine)] = { delivered: sum('delivered'), read: sum('taken') };
    unread += Math.max(0, sum('delivered') - sum('taken'));
  }
  const isEmpty = last.length + toPeople.length + Object.keys(fromPeople).length === 0;
  const messages = { last: newest(last, LAST_MAX), toPeople: newest(toPeople, TO_PEOPLE_MAX), fromPeople };
  return { unread, messages: isEmpty ? null : messages };
}

/** How far each reader that counts has fetched and read a log. */
function cursorsOf(from: number, to: Reader, readers: Readers, peopleRead: ReadonlyMap<number, number>): readonly Cursor[] {
  if (to === PEOPLE) return [{ delivered: 0, taken: peopleRead.get(from) ?? 0 }];
  const source = sourceOf(from, to);
  const meant =
    to === EVERYBODY ? [...readers].filter(([reader]) => reader !== from) : [...readers].filter(([it]) => it === Number(to));
  return meant.filter(([, { hasLeft }]) => !hasLeft).map(([, { cursors }]) => cursors[source] ?? { delivered: 0, taken: 0 });
}

/** With what was delivered and has left the log since (M4). Numbers only rise in a log. */
function unreadIn(messages: readonly Message[], { delivered, taken }: Cursor): number {
  const inLog = messages.length - (messages.findLastIndex((message) => message.number <= taken) + 1);
  const lastMoved = Math.min(delivered, (messages[0]?.number ?? 1) - 1);
  return inLog + Math.max(0, lastMoved - taken);
}

function shown(from: number, to: Reader, message: Message, readers: Readers, read: number): StatusMessage {
  const { number, at, priority, body } = message;
  const text = cutText(body, TEXT_LENGTH_MAX);
  return { from, to, number, at, priority, state: stateOf(from, to, number, readers, read), text };
}

function stateOf(from: number, to: Reader, number: number, readers: Readers, read: number): StatusMessage['state'] {
  if (to === PEOPLE) return number <= read ? 'read' : 'sent';
  const source = sourceOf(from, to);
  if (to !== EVERYBODY) return receiptOf(readers.get(Number(to))?.cursors[source], number);
  const others = [...readers].filter(([reader, { hasLeft }]) => reader !== from && !hasLeft);
  return weakest(others.map(([, { cursors }]) => receiptOf(cursors[source], number)));
}

function newest(messages: StatusMessage[], countMax: number): readonly StatusMessage[] {
  const rank = (a: StatusMessage, b: StatusMessage) => {
    if (a.at !== b.at) return a.at < b.at ? 1 : -1;
    return a.from - b.from || (a.to < b.to ? -1 : a.to > b.to ? 1 : b.number - a.number);
  };
  return messages.sort(rank).slice(0, countMax);
}
