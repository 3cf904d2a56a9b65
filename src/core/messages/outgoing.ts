// Messages of this machine to others: intentions become numbered entries of its logs, each exactly once (S5). Entries that their readers
// have move to the history when a log grows (M4). Pure. A message that does not fit waits in the outbox, and so do all after it.
import { COUNTER_MAX } from '../base/counter.ts';
import { utf8Bytes } from '../base/utf8.ts';
import type { Cursor, MailState, MovedMessage, SendIntention, SentLog, SentMessage } from '../model/messages/mail.ts';
import { EVERYBODY, MESSAGE_LIMITS, type Message, type Reader } from '../model/messages/message.ts';

const NO_LOG: SentLog = { last: 0, messages: [] };
/** Heading and blank lines of an entry, at most. */
const ENTRY_BYTES = 80;

export function sentLog(mail: Pick<MailState, 'sent'>, reader: Reader): SentLog {
  return mail.sent[reader] ?? NO_LOG;
}

/**
 * Numbers what was sent, oldest first. `lastKnown`: the highest number to this reader that the ledger knows of, so that a number
 * is not given again, whatever became of the journal. Returns the ids that are in the journal now.
 */
export function acceptSends(
  mail: MailState,
  sends: readonly SendIntention[],
  lastKnown: (reader: Reader) => number,
): { readonly mail: MailState; readonly accepted: readonly string[] } {
  const growing = new Map<Reader, GrowingLog>();
  const accepted: string[] = [];
  for (const { id, to, recordedAt: at, priority, body } of sends) {
    const log = growing.get(to) ?? growingLog(sentLog(mail, to));
    growing.set(to, log);
    // After a crash between journal and outbox it is there already.
    if (!log.ids.has(id)) {
      const message: SentMessage = { id, number: Math.max(log.last, lastKnown(to)) + 1, at, priority, body };
      log.bytes += bytesOf([message]);
      const isFull = log.bytes > MESSAGE_LIMITS.logBytesMax || log.ids.size >= MESSAGE_LIMITS.logCountMax;
      if (message.number > COUNTER_MAX || isFull) {
        log.bytes = Number.POSITIVE_INFINITY;
        continue;
      }
      log.added.push(message);
      log.last = message.number;
      log.ids.add(id);
    }
    accepted.push(id);
  }
  const grown = [...growing].filter(([, { added }]) => added.length > 0);
  if (grown.length === 0) return { mail, accepted };
  const sent = grown.map(([to, { last, added }]): [Reader, SentLog] => {
    return [to, { last, messages: [...sentLog(mail, to).messages, ...added] }];
  });
  return { mail: { ...mail, sent: { ...mail.sent, ...Object.fromEntries(sent) } }, accepted };
}

/** What waits because its log has no room, or no number is left: nobody here can make any. */
export function withoutRoom(
  mail: MailState,
  sends: readonly SendIntention[],
  lastKnown: (reader: Reader) => number,
): readonly SendIntention[] {
  const accepted = new Set(acceptSends(mail, sends, lastKnown).accepted);
  return sends.filter(({ id }) => !accepted.has(id));
}

interface GrowingLog {
  /** Infinite once a message did not fit. */
  bytes: number;
  last: number;
  readonly ids: Set<string>;
  readonly added: SentMessage[];
}

function growingLog({ last, messages }: SentLog): GrowingLog {
  const ids = new Set(messages.map(({ id }) => id));
  return { bytes: bytesOf(messages), last, ids, added: [] };
}

/** A journal without a log or a cursor takes them from this machine's documents (I2), so that no number is given twice. */
export function adoptLogs(
  mail: MailState,
  own: ReadonlyMap<Reader, readonly Message[]> | undefined,
  cursors: MailState['cursors'] | undefined,
): MailState {
  const logs = [...(own ?? [])].filter(([reader]) => mail.sent[reader] === undefined);
  const read = Object.entries(cursors ?? {}).filter(([source]) => mail.cursors[source] === undefined);
  if (logs.length === 0 && read.length === 0) return mail;
  const sent = logs.map(([reader, messages]): [Reader, SentLog] => {
    const named = messages.map((message) => ({ ...message, id: `${reader}-${message.number}` }));
    return [reader, { last: messages.at(-1)?.number ?? 0, messages: named }];
  });
  return {
    ...mail,
    sent: { ...Object.fromEntries(sent), ...mail.sent },
    cursors: { ...Object.fromEntries(read), ...mail.cursors },
  };
}

/** M4. `receivedUpTo`: how far everybody who is waited for has fetched and read the log. What they have not read they find in the history. */
export function rotate(mail: MailState, receivedUpTo: (reader: Reader) => Cursor): MailState {
  let next = mail;
  for (const [reader, log] of Object.entries(mail.sent)) {
    // While pushes fail, moved messages do not reach the history, and the journal must not grow meanwhile.
    if (next.moved.length > 0 && bytesOf(next.moved) >= MESSAGE_LIMITS.movedBytesMax) break;
    const bytes = bytesOf(log.messages);
    if (bytes <= MESSAGE_LIMITS.logBytesRotate) continue;
    const { delivered, taken } = receivedUpTo(reader);
    const upTo = bytes <= MESSAGE_LIMITS.unreadBytesKept ? taken : Math.max(delivered, taken);
    const done = log.messages.filter(({ number }) => number <= upTo);
    const leaving = Math.max(done.length - newestThatFit(done), reader === EVERYBODY ? tooMany(log.messages, bytes) : 0);
    if (leaving === 0) continue;
    const leaves = log.messages.slice(0, leaving);
    const moved = leaves.map(({ id: _id, ...message }): MovedMessage => ({ ...message, reader }));
    const messages = log.messages.slice(leaves.length);
    next = { ...next, sent: { ...next.sent, [reader]: { ...log, messages } }, moved: [...next.moved, ...moved] };
  }
  return next;
}

/** How many of the oldest a log to ALL gives up: one reader whose word does not count here, or who does not count ours, stops nobody's messages. */
function tooMany(messages: readonly Message[], bytes: number): number {
  let [count, left] = [0, bytes];
  if (bytes <= MESSAGE_LIMITS.allBytesMax) return 0;
  for (const message of messages) {
    if (left <= MESSAGE_LIMITS.unreadBytesKept) break;
    left -= bytesOf([message]);
    count += 1;
  }
  return count;
}

/** How many messages that are done with stay. The last one always does: where a log ends, one who joins begins. */
function newestThatFit(done: readonly Message[]): number {
  let count = 0;
  let bytes = 0;
  for (const message of done.toReversed()) {
    bytes += bytesOf([message]);
    if (count === MESSAGE_LIMITS.takenKept || (count > 0 && bytes > MESSAGE_LIMITS.logBytesRotate)) break;
    count += 1;
  }
  return count;
}

/** An upper bound of the UTF-8 bytes that these entries take in a log. */
function bytesOf(messages: readonly Message[]): number {
  return messages.reduce((sum, { body }) => sum + ENTRY_BYTES + bodyBytes(body), 0);
}

/** Why a message with this body cannot be sent (M4.1); null = it can. */
export function lengthProblem(body: string): string | null {
  const [bytes, max] = [bodyBytes(body), MESSAGE_LIMITS.bodyBytesMax];
  if (bytes <= max) return null;
  return `the message is too long: expected at most ${max / 1024} KiB, found ${Math.ceil(bytes / 1024)} KiB`;
}

/** UTF-8 bytes, and one for each line that may need a backslash. */
function bodyBytes(body: string): number {
  return utf8Bytes(body) + body.split('\n').length - 1;
}
