// What a machine's journal knows of messages: what it wrote, how far it has read, and what people here still want.
import type { Priority } from '../orders/order.ts';
import type { Message, Reader } from './message.ts';

/** `delivered`: fetched by this machine; `taken`: read by a person or agent here. Numbers of messages; they only rise (M1, M2). */
export interface Cursor {
  readonly delivered: number;
  readonly taken: number;
}

export interface SentMessage extends Message {
  /** Id of the intention it came from, so that a crash between journal and outbox does not number it twice. */
  readonly id: string;
}

export interface SentLog {
  /** The last number that was given. */
  readonly last: number;
  /** What the log holds, oldest first. */
  readonly messages: readonly SentMessage[];
}

/** A message that left its log (M4). */
export interface MovedMessage extends Message {
  readonly reader: Reader;
}

export interface MailState {
  readonly sent: Readonly<Record<Reader, SentLog>>;
  /** By source (`1`, `1_all`, `0`, `0_all`). */
  readonly cursors: Readonly<Record<string, Cursor>>;
  /** M3: the entries of people's logs that were seen and still stand there, by source, then by name, with the number given here. */
  readonly known: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** The last of this machine's messages to people that stood on the board when they wrote to it again. */
  readonly peopleRead: number;
  /** M4: moved messages that do not stand in the ledger's history yet. */
  readonly moved: readonly MovedMessage[];
}

export const EMPTY_MAIL: MailState = { sent: {}, cursors: {}, known: {}, peopleRead: 0, moved: [] };

/** `coord send`: on disk before anything else (S5). */
export interface SendIntention {
  readonly id: string;
  /** ISO 8601 UTC; orders the outbox, and becomes the message's time. */
  readonly recordedAt: string;
  readonly kind: 'send';
  readonly to: Reader;
  readonly body: string;
  readonly priority: Priority;
}

/** `coord inbox --take`: how far was read, by source. Said twice, it changes nothing. */
interface TakeIntention {
  readonly id: string;
  readonly recordedAt: string;
  readonly kind: 'take';
  readonly taken: Readonly<Record<string, number>>;
}

/** What is recorded here for the next cycle, by its `kind`: a feature adds its own (`declare module`). */
export interface MailIntentions {
  readonly send: SendIntention;
  readonly take: TakeIntention;
}

export type MailIntention = MailIntentions[keyof MailIntentions];
