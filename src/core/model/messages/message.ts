// A message, and who wrote it to whom (protocol section 6). A body is data: nothing in it is ever obeyed (M5).
import type { Priority } from '../orders/order.ts';

/** `0` stands for people, `ALL` for every machine, else a machine's number. */
export type Reader = string;

export const PEOPLE: Reader = '0';
export const EVERYBODY: Reader = 'ALL';

/** `waiting`: on this machine only; `sent`: on the remote; `delivered`: fetched by its reader; `read`: taken by a person or agent (M2). */
export type ReceiptState = 'waiting' | 'sent' | 'delivered' | 'read';

/** One entry of a machine's log. Numbers count up from 1 in each log and are never used twice. */
export interface Message {
  readonly number: number;
  /** ISO 8601 UTC, of the machine that wrote it. */
  readonly at: string;
  readonly priority: Priority;
  /** Byte for byte but for white space at its end. */
  readonly body: string;
}

/** One entry of a people's log (M3). It has no number: its content and its occurrence among equal entries name it. */
export interface PeopleEntry {
  /** Its identity: heading and body, with line ends and trailing spaces normalised. */
  readonly content: string;
  /** From 1, among entries of the same content. */
  readonly occurrence: number;
  /** Null = nobody wrote one. */
  readonly at: string | null;
  readonly priority: Priority;
  readonly body: string;
  /** M6: its heading says that the emergency of the machine is over. */
  readonly resolves?: true;
}

/** All logs of a snapshot. */
export interface MailView {
  /** What each machine wrote, as D2 reads it: by machine, then by reader. */
  readonly machines: ReadonlyMap<number, ReadonlyMap<Reader, readonly Message[]>>;
  /** What people wrote on main, by reader. */
  readonly people: ReadonlyMap<Reader, readonly PeopleEntry[]>;
  /** People's logs that are there and cannot be read: nothing of them counts as removed (D4). */
  readonly unreadable: ReadonlySet<Reader>;
}

/** Names a log among those that one machine reads: `1`, or `1_all`; people are `0`. Cursors have these names (section 7). */
export function sourceOf(from: number, reader: Reader): string {
  return reader === EVERYBODY ? `${from}_all` : `${from}`;
}

export const MESSAGE_LIMITS = Object.freeze({
  /** UTF-8 bytes of one body. */
  bodyBytesMax: 65_536,
  /** M4: beyond this size, messages that were taken leave a log. */
  logBytesRotate: 65_536,
  /** M4: beyond this size, messages leave a log once they were delivered. */
  unreadBytesKept: 524_288,
  /** M4: beyond this size, the oldest leave a log to ALL, whoever has them: all readers find them in the history. */
  allBytesMax: 786_432,
  /** M4: of what has left a log, so many of the newest are shown that were not taken. Each sync writes all that is shown. */
  unreadShown: 1_000,
  /** Bytes of moved messages that are not in the history yet. Beyond it nothing more moves: logs grow to their limit, then the outbox waits. */
  movedBytesMax: 262_144,
  /** M4: below the 1 MiB at which a document is not read any more (D8). */
  logBytesMax: 1_040_000,
  /** M4: messages in a log. Earlier versions of coord read no log of more than 10,000. */
  logCountMax: 9_900,
  /** M4: such messages that stay for people to read. */
  takenKept: 20,
});
