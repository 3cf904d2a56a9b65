// The messages of a take-over (I2, R3). The lane's messages keep their numbers, because they may have been read. Messages of this folder that the
// lane does not have come after them, and no number is given twice. Cursors only rise. Pure.
import { cursorOf, entryName, type Hash } from '../messages/mailbox.ts';
import type { MachineDocument } from '../model/machines/machine.ts';
import type { Cursor, MailState, SentLog, SentMessage } from '../model/messages/mail.ts';
import { type Message, PEOPLE, type PeopleEntry, type Reader, sourceOf } from '../model/messages/message.ts';

interface EarlierMail {
  readonly view: { readonly document: Pick<MachineDocument, 'cursors' | 'peopleRead'> };
  readonly logs: ReadonlyMap<Reader, readonly Message[]>;
  readonly history: ReadonlyMap<Reader, readonly Message[]>;
  readonly people: ReadonlyMap<Reader, readonly PeopleEntry[]>;
}

export function takeOverMail(mail: MailState, earlier: EarlierMail, hash: Hash): MailState {
  const { cursors: theirs, peopleRead } = earlier.view.document;
  const cursors: Record<string, Cursor> = { ...mail.cursors };
  for (const [source, cursor] of Object.entries(theirs)) {
    const mine = cursorOf(mail, source);
    cursors[source] = {
      delivered: Math.max(mine.delivered, cursor.delivered),
      taken: Math.max(mine.taken, cursor.taken),
    };
  }
  const readers = new Set([...earlier.logs.keys(), ...earlier.history.keys(), ...Object.keys(mail.sent)]);
  const sent = Object.fromEntries([...readers].map((reader) => [reader, sentLogOf(mail, earlier, reader)]));
  const isInLog = (reader: Reader, message: Message) =>
    (earlier.logs.get(reader) ?? []).some((other) => isSame(other, message)) ||
    (earlier.history.get(reader) ?? []).some((other) => isSame(other, message));
  return {
    sent,
    cursors,
    known: knownOf(mail, earlier, cursors, hash),
    peopleRead: Math.max(mail.peopleRead, peopleRead),
    // Messages that the other folder moved are in its history; those in its log are moved again.
    moved: mail.moved.filter(({ reader, ...message }) => !isInLog(reader, message)),
  };
}

function sentLogOf(mail: MailState, earlier: EarlierMail, reader: Reader): SentLog {
  const log = earlier.logs.get(reader) ?? [];
  const history = earlier.history.get(reader) ?? [];
  const mine = mail.sent[reader] ?? { last: 0, messages: [] };
  const said = [...history, ...log];
  const lastSaid = said.reduce((last, { number }) => Math.max(last, number), 0);
  const idOf = (message: Message) => mine.messages.find((other) => isSame(other, message))?.id ?? `${reader}-${message.number}`;
  const standing = log.map((message): SentMessage => ({ ...message, id: idOf(message) }));
  const firstSaid = said.reduce((first, { number }) => Math.min(first, number), Number.POSITIVE_INFINITY);
  // What has a lower number than all that stands there was said, and is gone with its month (D12).
  const isGone = ({ number }: Message) => firstSaid !== Number.POSITIVE_INFINITY && number < firstSaid;
  const unsaid = mine.messages.filter((message) => !isGone(message) && !said.some((other) => isSame(other, message)));
  // All of them or none, so that they stay in order.
  const isAbove = unsaid.every(({ number }) => number > lastSaid);
  const last = Math.max(lastSaid, mine.last);
  const added = isAbove ? unsaid : unsaid.map((message, at) => ({ ...message, number: last + 1 + at }));
  return { last: Math.max(last, added.at(-1)?.number ?? 0), messages: [...standing, ...added] };
}

/**
 * M3 after a lost disk: only the count of people's entries that were seen is known. Entries that stand there are numbered in order. Missing ones
 * are taken for the oldest, and for read.
 */
function knownOf(
  mail: MailState,
  { people }: EarlierMail,
  cursors: Readonly<Record<string, Cursor>>,
  hash: Hash,
): MailState['known'] {
  const known: Record<string, Readonly<Record<string, number>>> = { ...mail.known };
  for (const [reader, entries] of people) {
    const source = sourceOf(Number(PEOPLE), reader);
    const delivered = cursors[source]?.delivered ?? 0;
    const before = mail.known[source] ?? {};
    const room = delivered - cursorOf(mail, source).delivered;
    const names = entries.map((entry) => entryName(entry, hash)).filter((name) => before[name] === undefined);
    const seen = names.slice(0, room);
    if (seen.length === 0) continue;
    const numbered = seen.map((name, at): [string, number] => [name, delivered - seen.length + 1 + at]);
    known[source] = { ...before, ...Object.fromEntries(numbered) };
  }
  return known;
}

function isSame(one: Message, other: Message): boolean {
  return one.number === other.number && one.at === other.at && one.body === other.body;
}
