// M6: an urgent message sets EMERGENCY on its sender, until its people or people who write to it say that it is over. Pure.

import { cutText } from '../base/cut-text.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import type { Emergency } from '../model/machines/emergency.ts';
import type { MailState, SendIntention } from '../model/messages/mail.ts';
import { type MailView, PEOPLE, sourceOf } from '../model/messages/message.ts';
import { cursorOf, entryName, type Hash } from './mailbox.ts';
import { forProgram, saidByProgram } from './program-address.ts';

/** As much of the message as every face shows. */
const WHAT_LENGTH_MAX = 160;

type Emergencies = Pick<JournalState, 'emergency' | 'called'>;

/** With what the outbox holds, each message once: one that has to wait for room in its log is an emergency all the same. */
export function withCalls(before: Emergencies, sends: readonly SendIntention[], accepted: readonly string[]): Emergencies {
  const emergency = emergencyIn(sends.filter(({ id }) => before.called?.includes(id) !== true)) ?? before.emergency;
  const waits = sends.filter((it) => saysEmergency(it) && !accepted.includes(it.id));
  return { emergency, called: waits.length === 0 ? undefined : waits.map(({ id }) => id) };
}

/** Of the newest urgent one of these messages; null = none is. */
function emergencyIn(sends: readonly SendIntention[]): Emergency | null {
  const urgent = sends.findLast(saysEmergency);
  return urgent === undefined ? null : { what: firstLine(urgent.body), since: urgent.recordedAt };
}

/** M8: what is urgent for a program there is no emergency of this machine. */
export function saysEmergency({ priority, body }: Pick<SendIntention, 'priority' | 'body'>): boolean {
  return priority === 'urgent' && forProgram(body) === null;
}

/** A message in one line for people; of a program's message, the program and its first line. */
export function firstLine(text: string): string {
  const said = saidByProgram(text);
  const body = said === null ? text : `${said.who}: ${said.body}`;
  const line =
    body
      .split(/[\r\n]+/)
      .map((it) => it.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim())
      .find((it) => it !== '') ?? '';
  return cutText(line, WHAT_LENGTH_MAX);
}

/** Whether people have written to this machine under a heading with `resolved` between `before` and `after`. */
export function isResolvedByPeople(before: MailState, after: MailState, view: MailView, machine: number, hash: Hash): boolean {
  const source = sourceOf(Number(PEOPLE), String(machine));
  const { delivered } = cursorOf(before, source);
  return (view.people.get(String(machine)) ?? []).some(
    (entry) => entry.resolves === true && (after.known[source]?.[entryName(entry, hash)] ?? 0) > delivered,
  );
}
