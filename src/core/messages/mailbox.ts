// Messages for this machine: how far each log was fetched and read, and what is unread (M1, M2). Pure. Every message has a number for its reader:
// the sender's, or for people's entries one that is given here at first sight (M3). Cursors only rise, so a log that is seen again, older or from
// another copy, repeats nothing.
import type { Cursor, MailState } from '../model/messages/mail.ts';
import { EVERYBODY, type MailView, PEOPLE, type PeopleEntry, type Reader, sourceOf } from '../model/messages/message.ts';
import type { Priority } from '../model/orders/order.ts';

export interface InboxMessage {
  readonly source: string;
  /** 0 = people. */
  readonly from: number;
  readonly to: Reader;
  readonly number: number;
  readonly at: string | null;
  readonly priority: Priority;
  readonly body: string;
  readonly taken: boolean;
}

/** A hash: equal for equal texts, different for others. */
export type Hash = (text: string) => string;

const NOTHING_YET: Cursor = { delivered: 0, taken: 0 };

export function cursorOf(mail: Pick<MailState, 'cursors'>, source: string): Cursor {
  return mail.cursors[source] ?? NOTHING_YET;
}

/** Takes in what a fetch showed. The same object comes back when nothing was new (C3). */
export function observeMail(mail: MailState, view: MailView, machine: number, hash: Hash): MailState {
  let next = mail;
  for (const [from, logs] of view.machines) {
    for (const reader of readersFor(from, machine)) {
      const last = logs.get(reader)?.at(-1)?.number ?? 0;
      const source = sourceOf(from, reader);
      const cursor = cursorOf(next, source);
      if (last > cursor.delivered) next = withCursor(next, source, { ...cursor, delivered: last });
    }
  }
  for (const reader of readersFor(Number(PEOPLE), machine)) {
    if (!view.unreadable.has(reader)) next = observePeople(next, view, machine, reader, hash);
  }
  return next;
}

/** A new machine begins at the end of all logs to ALL (M4): earlier messages were not for it. */
export function startAtEnd(mail: MailState, view: MailView, machine: number, hash: Hash): MailState {
  const seen = observeMail(mail, view, machine, hash);
  const ends = Object.entries(seen.cursors)
    .filter(([source]) => source.endsWith('_all'))
    .map(([source, { delivered }]): [string, Cursor] => [source, { delivered, taken: delivered }]);
  return { ...seen, cursors: { ...seen.cursors, ...Object.fromEntries(ends) } };
}

/** All that stands in the logs for this machine, people first, then by sender; within a log as it was written. */
export function inboxOf(mail: MailState, view: MailView, machine: number, hash: Hash): readonly InboxMessage[] {
  const people = readersFor(Number(PEOPLE), machine).flatMap((to) => {
    const source = sourceOf(Number(PEOPLE), to);
    const { taken } = cursorOf(mail, source);
    return (view.people.get(to) ?? []).flatMap((entry): InboxMessage[] => {
      const number = mail.known[source]?.[entryName(entry, hash)];
      if (number === undefined) return [];
      const { at, priority, body } = entry;
      return [{ source, from: Number(PEOPLE), to, number, at, priority, body, taken: number <= taken }];
    });
  });
  const machines = [...view.machines].sort(([a], [b]) => a - b);
  const others = machines.flatMap(([from, logs]) =>
    readersFor(from, machine).flatMap((to) => {
      const source = sourceOf(from, to);
      const { taken } = cursorOf(mail, source);
      return (logs.get(to) ?? []).map(({ number, at, priority, body }): InboxMessage => {
        return { source, from, to, number, at, priority, body, taken: number <= taken };
      });
    }),
  );
  return [...people, ...others];
}

/** Marks as read what a person or agent here was shown; nothing that was not delivered, and nothing twice. */
export function take(mail: MailState, taken: Readonly<Record<string, number>>): MailState {
  let next = mail;
  for (const [source, number] of Object.entries(taken)) {
    const cursor = cursorOf(next, source);
    const upTo = Math.min(number, cursor.delivered);
    if (upTo > cursor.taken) next = withCursor(next, source, { ...cursor, taken: upTo });
  }
  return next;
}

/** How many messages were ever delivered here. */
export function deliveredCount({ cursors }: Pick<MailState, 'cursors'>): number {
  return Object.values(cursors).reduce((sum, { delivered }) => sum + delivered, 0);
}

/** A machine does not read its own word to all. */
export function readersFor(from: number, machine: number): readonly Reader[] {
  return from === machine ? [String(machine)] : [String(machine), EVERYBODY];
}

function withCursor(mail: MailState, source: string, cursor: Cursor): MailState {
  return { ...mail, cursors: { ...mail.cursors, [source]: cursor } };
}

/** M3. Forgets what people took out of their log, so that the same words written anew are new. */
function observePeople(mail: MailState, view: MailView, machine: number, reader: Reader, hash: Hash): MailState {
  const source = sourceOf(Number(PEOPLE), reader);
  const before = mail.known[source] ?? {};
  const cursor = cursorOf(mail, source);
  let { delivered } = cursor;
  const known: Record<string, number> = {};
  for (const entry of view.people.get(reader) ?? []) {
    const name = entryName(entry, hash);
    known[name] = before[name] ?? ++delivered;
  }
  const isSame = delivered === cursor.delivered && Object.keys(known).length === Object.keys(before).length;
  if (isSame) return mail;
  const waits = Object.values(known).some((number) => number > cursor.taken);
  const peopleRead = delivered > cursor.delivered && reader !== EVERYBODY ? lastToPeople(view, machine) : 0;
  // An entry that people removed before it was read does not stay unread.
  const moved = withCursor(mail, source, { delivered, taken: waits ? cursor.taken : delivered });
  return { ...moved, known: { ...mail.known, [source]: known }, peopleRead: Math.max(mail.peopleRead, peopleRead) };
}

/** M3: what names an entry of people. */
export function entryName({ content, occurrence }: PeopleEntry, hash: Hash): string {
  return `${hash(content).slice(0, 20)}.${occurrence}`;
}

/** The messages that stood on the board when people wrote. */
function lastToPeople(view: MailView, machine: number): number {
  return view.machines.get(machine)?.get(PEOPLE)?.at(-1)?.number ?? 0;
}
