// M8: which messages of the logs go to programs of this machine, and which stay in the inbox. Each message is looked at once, in the order of its
// log. One that could not be given to its program is kept for people. Pure.
import type { JournalState } from '../model/ledger/journal.ts';
import type { HandedUpTo } from '../model/messages/bus.ts';
import type { MailState } from '../model/messages/mail.ts';
import { MESSAGE_LIMITS, PEOPLE } from '../model/messages/message.ts';
import { cursorOf, type InboxMessage, take } from './mailbox.ts';
import { forProgram } from './program-address.ts';

export type Handed = JournalState['handed'];

export interface Looked {
  readonly message: InboxMessage;
  /** False = it is for people, or it could not be given to its program and people read it. */
  readonly isInBox: boolean;
}

/** True: no message waits for a look or a receipt. That is the usual case, and needs no log to be read. */
export function isAllHanded(mail: MailState, handed: Handed): boolean {
  return Object.entries(mail.cursors).every(
    ([source, { delivered, taken }]) => taken >= delivered && upTo(mail, handed, source) >= delivered,
  );
}

/**
 * Delivered messages that were not looked at yet. Machines' logs have no gaps in their numbers, so nothing behind a missing one is taken, but for what is
 * too old to be shown (M4.3). `lacksMonths`: what comes before the first that is shown may be gone (D12).
 */
export function notLookedAt(
  mail: MailState,
  handed: Handed,
  inbox: readonly InboxMessage[],
  lacksMonths: boolean,
): readonly InboxMessage[] {
  return bySource(inbox).flatMap(([source, messages]) => {
    const { delivered } = cursorOf(mail, source);
    const mayLack = lacksMonths ? delivered : delivered - MESSAGE_LIMITS.unreadShown;
    const later = unbroken(messages, upTo(mail, handed, source), mayLack);
    return later.filter(({ number }) => number <= delivered);
  });
}

/** `inbox`: all that is shown. The same object comes back where nothing changes (C3). */
export function afterLook(
  mail: MailState,
  handed: Handed,
  { looked, inbox }: { readonly looked: readonly Looked[]; readonly inbox: readonly InboxMessage[] },
): Handed {
  const next: Record<string, HandedUpTo> = { ...handed };
  for (const { message, isInBox } of looked) {
    const { source, number, body } = message;
    const kept = next[source]?.kept ?? [];
    const isKept = !isInBox && forProgram(body) !== null;
    next[source] = { upTo: number, kept: isKept ? [...kept, number] : kept };
  }
  for (const [source, { upTo: last, kept }] of Object.entries(next)) {
    if (kept.length === 0) continue;
    const since = shownSince(mail, source, inbox);
    if (kept.some((number) => number < since)) next[source] = { upTo: last, kept: kept.filter((number) => number >= since) };
  }
  return Object.entries(next).every(([source, it]) => handed[source] === it) ? handed : next;
}

/** What has a lower number was read, or is too old to be ever shown again (M4.3). */
function shownSince(mail: MailState, source: string, inbox: readonly InboxMessage[]): number {
  const { delivered, taken } = cursorOf(mail, source);
  let first = Number.POSITIVE_INFINITY;
  for (const message of inbox) if (message.source === source && !message.taken) first = Math.min(first, message.number);
  // A log that is not in view for once, as that of a machine that is doubted, comes back as it was.
  if (first === Number.POSITIVE_INFINITY) return taken + 1;
  return Math.max(taken + 1, Math.min(first, delivered - MESSAGE_LIMITS.unreadShown + 1));
}

/** The receipt is a cursor (M1): it passes a message in a box only if all messages before it were read. */
export function takeHanded(mail: MailState, handed: Handed, inbox: readonly InboxMessage[]): MailState {
  const taken: Record<string, number> = {};
  for (const [source, messages] of bySource(inbox)) {
    for (const message of unbroken(messages, cursorOf(mail, source).taken)) {
      if (!isHanded(handed, message)) break;
      taken[source] = message.number;
    }
  }
  return take(mail, taken);
}

/** It lies, or lay, in its program's box here. */
export function isHanded(handed: Handed, message: Pick<InboxMessage, 'source' | 'number' | 'body' | 'taken'>): boolean {
  const { source, number, body } = message;
  const { upTo: last, kept } = handed[source] ?? { upTo: 0, kept: [] };
  return number <= last && !isAmong(kept, number) && !message.taken && forProgram(body) !== null;
}

const sets = new WeakMap<readonly number[], ReadonlySet<number>>();

/** Asked for each message that is shown. */
function isAmong(numbers: readonly number[], number: number): boolean {
  const known = sets.get(numbers) ?? new Set(numbers);
  sets.set(numbers, known);
  return known.has(number);
}

/** Machines' messages are taken in unbroken order of numbers from there on; people's as they stand. Up to `mayLack` it is no gap that some are missing. */
function unbroken(messages: readonly InboxMessage[], from: number, mayLack = from): readonly InboxMessage[] {
  const later = messages.filter(({ number }) => number > from).sort((a, b) => a.number - b.number);
  const start = Math.max(from, Math.min((later[0]?.number ?? 0) - 1, mayLack));
  const gap = later.findIndex((message, index) => message.from !== Number(PEOPLE) && message.number !== start + 1 + index);
  return gap === -1 ? later : later.slice(0, gap);
}

/** Messages that were read before programs were looked for count as read. */
function upTo(mail: MailState, handed: Handed, source: string): number {
  return Math.max(handed[source]?.upTo ?? 0, cursorOf(mail, source).taken);
}

function bySource(inbox: readonly InboxMessage[]): readonly (readonly [string, readonly InboxMessage[]])[] {
  const found = new Map<string, InboxMessage[]>();
  for (const message of inbox) {
    const known = found.get(message.source);
    if (known === undefined) found.set(message.source, [message]);
    else known.push(message);
  }
  return [...found];
}
