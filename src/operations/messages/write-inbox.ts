// Writes what a cycle leaves for `coord inbox`, `coord hook` and `coord sent`: local files, only where they differ (C3).
import { asBelieved } from '../../core/cycle/as-believed.ts';
import { firstLine } from '../../core/messages/emergency.ts';
import { cursorOf, type InboxMessage } from '../../core/messages/mailbox.ts';
import { forProgram } from '../../core/messages/program-address.ts';
import { type Handed, isHanded } from '../../core/messages/program-cursor.ts';
import { readersOf, sentViews } from '../../core/messages/receipts.ts';
import { UNSIGNED } from '../../core/messages/sender-label.ts';
import type { MailState } from '../../core/model/messages/mail.ts';
import { EVERYBODY, PEOPLE } from '../../core/model/messages/message.ts';
import type { CycleOutcome } from '../../machine/outcome.ts';
import { readInbox } from '../../machine/reading/read-inbox.ts';
import type { Feature } from '../feature.ts';
import type { OpenMachine } from '../sync/open-machine.ts';
import type { View } from '../sync/view.ts';
import { type NamedMessage, writeMailFile } from './mail-files.ts';

/** Messages that were read, for `coord inbox --all`; the logs themselves hold no more than 20 a sender. */
const READ_SHOWN_MAX = 100;

/** Returns what is unread here. */
export async function leaveMail(
  opened: OpenMachine,
  features: readonly Feature[],
  outcome: CycleOutcome,
): Promise<Pick<View['self'], 'unread' | 'urgent'>> {
  const { folder, ledger, cache } = opened;
  const { state, seen, push } = outcome;
  if (seen === null) return { unread: 0, urgent: [] };
  const { snapshot } = seen;
  const { machines } = snapshot;
  const nameOf = (number: number | string) => machines.get(Number(number))?.document.name ?? '';
  const people = snapshot.believed === undefined ? '' : UNSIGNED;
  const senderOf = (from: number) => (from === Number(PEOPLE) ? people : nameOf(from));
  const read = await readInbox(ledger, state, snapshot, cache);
  const older = notShown(read, state.mail);
  const inbox = capped(read.map((message) => ({ ...message, ...shownService(message, state.handed), ...older.get(message) })));
  const named = inbox.map((message) => ({ ...message, name: senderOf(message.from) }));
  writeMailFile(folder.inbox, named);
  for (const feature of features) feature.inboxLeft?.(folder, named);
  // What this cycle's push has just said stands on the remote.
  const mine = new Map(Object.entries(state.mail.sent).map(([reader, log]) => [reader, log.messages]));
  const logs = push?.lane === 'accepted' ? new Map(snapshot.mail.machines).set(state.machine, mine) : snapshot.mail.machines;
  const sent = sentViews(
    state.mail,
    { ...snapshot.mail, machines: logs },
    state.machine,
    readersOf(asBelieved(snapshot).machines),
  );
  const isNamed = (to: string) => to !== PEOPLE && to !== EVERYBODY;
  writeMailFile(
    folder.sent,
    sent.map((message) => ({ ...message, name: isNamed(message.to) ? nameOf(message.to) : '' })),
  );
  const unread = inbox.filter((message) => !message.taken);
  const urgent = unread
    .filter(({ priority }) => priority === 'urgent')
    .map(({ from, body }) => ({ from, name: senderOf(from), what: firstLine(body) }));
  return { unread: unread.length, urgent };
}

/** M4.3: by the first message that is shown of a log, how many that were not taken come before it. */
export function notShown(shown: readonly InboxMessage[], mail: MailState): ReadonlyMap<InboxMessage, { readonly older: number }> {
  const first = new Map<string, InboxMessage>();
  for (const message of shown) {
    const { source, from, number, taken } = message;
    if (from === Number(PEOPLE) || taken) continue;
    if (number < (first.get(source)?.number ?? Number.POSITIVE_INFINITY)) first.set(source, message);
  }
  return new Map(
    [...first.values()].flatMap((message) => {
      const older = message.number - cursorOf(mail, message.source).taken - 1;
      return older > 0 ? [[message, { older }] as const] : [];
    }),
  );
}

/** M8: what lies in a program's box is nothing for people to read. */
function shownService(message: InboxMessage, handed: Handed): Pick<NamedMessage, 'program' | 'taken'> {
  const program = forProgram(message.body)?.program;
  return { ...(program === undefined ? {} : { program }), taken: message.taken || isHanded(handed, message) };
}

function capped<T extends InboxMessage & Pick<NamedMessage, 'older'>>(messages: readonly T[]): readonly T[] {
  const read = messages.filter((message) => message.taken);
  const dropped = new Set(read.slice(0, Math.max(0, read.length - READ_SHOWN_MAX)));
  return messages.filter((message) => !dropped.has(message) || message.older !== undefined);
}
