// What this machine has to read: the logs for it, and of their senders' histories what left a log before it was taken here (M4). Guarantees that a
// message that was delivered is shown until it is taken, wherever it stands: of what left a log the newest 1,000. A look parses only what is new, but for
// parts that the cache has no room for (C4).
import { asBelieved } from '../../core/cycle/as-believed.ts';
import { cursorOf, type InboxMessage, inboxOf, readersFor } from '../../core/messages/mailbox.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Files, Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { MovedMessage } from '../../core/model/messages/mail.ts';
import { type MailView, MESSAGE_LIMITS, type Message, type Reader, sourceOf } from '../../core/model/messages/message.ts';
import { comparedParts } from '../../documents/history-part.ts';
import { messagesIn } from '../../documents/messages/message-history.ts';
import { messageHistoryOf } from '../../documents/paths.ts';
import type { Ledger } from '../../ports.ts';
import { ParseCache } from './parse-cache.ts';

/** `cache`: absent = nothing was parsed before. */
export async function readInbox(
  ledger: Ledger,
  state: JournalState,
  shown: Snapshot,
  cache = new ParseCache(),
): Promise<readonly InboxMessage[]> {
  const snapshot = asBelieved(shown);
  const { machine: me, mail } = state;
  const filled = new Map(snapshot.mail.machines);
  const { unread, settle } = cache.histories.open(ledger);
  for (const [from, logs] of snapshot.mail.machines) {
    const readers = readersFor(from, me);
    const takenBy = new Map(readers.map((reader) => [reader, cursorOf(mail, sourceOf(from, reader)).taken]));
    for (const reader of readers) {
      const log = logs.get(reader);
      if (log === undefined) continue;
      const { delivered, taken } = cursorOf(mail, sourceOf(from, reader));
      const before = log[0]?.number ?? delivered + 1;
      const gap = { after: Math.max(taken, before - 1 - MESSAGE_LIMITS.unreadShown), before };
      const files = snapshot.machines.get(from)?.files ?? new Map();
      const missed = await inHistory({ files, from, unread: (id) => unread(id, takenBy) }, reader, gap);
      if (missed.length > 0) filled.set(from, new Map(filled.get(from)).set(reader, [...missed, ...log]));
    }
  }
  settle();
  const view: MailView = { ...snapshot.mail, machines: filled };
  return inboxOf(mail, view, me, (text) => ledger.idOf(text));
}

interface Sender {
  readonly files: Files;
  readonly from: number;
  /** Of a part of its history. */
  readonly unread: (id: string) => Promise<readonly MovedMessage[]>;
}

/**
 * Messages between two numbers, oldest first: from the newest part on, until none is missing. Where a part begins does not tell that, since months
 * go by the sender's clock.
 */
async function inHistory(
  { files, from, unread }: Sender,
  reader: Reader,
  { after, before }: { readonly after: number; readonly before: number },
): Promise<readonly Message[]> {
  const found = new Map<number, Message>();
  const parts = before - 1 > after ? partsOf(files, from) : [];
  for (const id of parts) {
    for (const message of messagesIn(await unread(id), reader))
      if (message.number > after && message.number < before) found.set(message.number, message);
    if (found.size === before - 1 - after) break;
  }
  return [...found.values()].sort((a, b) => a.number - b.number);
}

/** Ids of the documents of a machine's message history, newest first. */
function partsOf(files: Files, from: number): readonly string[] {
  const parts = [...files].flatMap(([path, id]) => {
    const part = messageHistoryOf(path, from);
    return part === null ? [] : [{ part, id }];
  });
  return parts.sort((one, other) => comparedParts(other.part, one.part)).map(({ id }) => id);
}
