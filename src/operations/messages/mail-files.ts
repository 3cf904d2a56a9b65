// Reads `.coord/inbox.json` and `.coord/sent.json`, which the cycle leaves for `coord inbox` and `coord sent`. Outbox and journal tell what
// was read since, so a taken message is not shown again, also offline.
import { cursorOf, type InboxMessage } from '../../core/messages/mailbox.ts';
import type { SentView } from '../../core/messages/receipts.ts';
import { PRIORITIES } from '../../core/model/orders/order.ts';
import { CoordError } from '../../errors.ts';
import type { Journal } from '../../ports.ts';
import { writeDurably } from '../../system/files/durable-file.ts';
import { textIn } from '../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';

/** A sender by the name it had at the last sync; empty for a machine that nobody knows, and for people unless they would have to sign (T5.4). */
export interface NamedMessage extends InboxMessage {
  /** M8: the program that it is for, or `all`; unread = it is not in its box. */
  readonly program?: string;
  readonly name: string;
  /** M4.3: so many messages of that log have come before it that were not taken and are not shown; absent = none. */
  readonly older?: number;
}

export interface NamedSent extends SentView {
  readonly name: string;
}

/** Writes only what differs (C3). */
export function writeMailFile(path: string, messages: readonly (NamedMessage | NamedSent)[]): void {
  const text = `${JSON.stringify(messages, null, 1)}\n`;
  if (textIn(path) !== text) writeDurably(path, text);
}

export async function readInbox(folder: FleetFolder, journal: Journal): Promise<readonly NamedMessage[]> {
  const takenUpTo = await takenHere(journal);
  const messages = read<NamedMessage>(folder.inbox);
  return byPriority(
    messages.map(({ older, ...message }) => {
      const isTaken = message.number <= takenUpTo(message.source);
      return { ...message, taken: message.taken || isTaken, ...(older === undefined || isTaken ? {} : { older }) };
    }),
  );
}

/** M4.3: of all of an inbox, how many there are that it does not show. */
export function olderThanShown(inbox: readonly NamedMessage[]): number {
  return inbox.reduce((sum, { older = 0 }) => sum + older, 0);
}

/** By source, how far it was read here: also what no cycle has taken in yet. */
export async function takenHere(journal: Journal): Promise<(source: string) => number> {
  // In this order: the cycle puts a taking into the journal before it leaves the outbox.
  const takes = (await journal.mail()).flatMap((intention) => (intention.kind === 'take' ? [intention.taken] : []));
  const mail = (await journal.load())?.mail ?? { cursors: {} };
  const known = new Map<string, number>();
  return (source) => {
    let upTo = known.get(source);
    if (upTo === undefined) {
      upTo = Math.max(cursorOf(mail, source).taken, ...takes.map((taken) => taken[source] ?? 0));
      known.set(source, upTo);
    }
    return upTo;
  };
}

/** M6: by priority, and of one priority as it was written; what was read has none any more. */
export function byPriority(messages: readonly NamedMessage[]): readonly NamedMessage[] {
  const rank = ({ priority, taken }: NamedMessage) => PRIORITIES.indexOf(taken ? 'normal' : priority);
  return messages.toSorted((a, b) => rank(b) - rank(a));
}

/** Newest last; what is still in the outbox follows, without a number. */
export function readSent(folder: FleetFolder): readonly NamedSent[] {
  return read<NamedSent>(folder.sent);
}

function read<T>(path: string): readonly T[] {
  const text = textIn(path);
  if (text === null) return [];
  try {
    return JSON.parse(text) as T[];
  } catch (error) {
    throw new CoordError('LOCAL_STATE', `${path} is damaged: expected JSON`, 'coord sync', { cause: error });
  }
}
