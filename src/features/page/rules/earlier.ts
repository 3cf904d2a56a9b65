// Messages of a conversation that have left the mailboxes of this machine, and whether there are any. Pure.
import { EVERYBODY, PEOPLE } from '../../../core/model/messages/message.ts';
import type { TimelineEvent } from '../../../core/model/status/timeline.ts';
import type { Line, Partner } from './conversations.ts';
import { entryOf, type StatusMachine } from './snapshot.ts';

export type ToldMessage = TimelineEvent & { readonly kind: 'message' };
export type { Partner };

export interface ChatPage {
  /** Oldest first. */
  readonly messages: readonly ToldMessage[];
  readonly more: boolean;
  /** What is older was not looked at. */
  readonly isCut: boolean;
}

/** Whether this machine, whose number is `self`, has such a message in that conversation; with people stands what is said to them anywhere. */
export function isSaidWith(partner: Partner, self: number, { by, to, number }: ToldMessage): boolean {
  if (partner === 'all') return to === EVERYBODY;
  // Only people's messages have none: a machine writes them for its own people.
  const from = number === null || 'person' in by ? 0 : by.machine;
  if (partner === '0') return to === PEOPLE || (from === 0 && to === String(self));
  return (from === self && to === partner) || (String(from) === partner && to === String(self));
}

/** A log of this conversation has messages before those that are here. */
export function hasEarlier(lines: readonly Line[]): boolean {
  const first = new Map<number | null, number>();
  for (const { from, number } of lines)
    if (number !== null) first.set(from?.number ?? null, Math.min(number, first.get(from?.number ?? null) ?? number));
  return [...first.values()].some((number) => number > 1);
}

/** Those that are not among the lines, as lines. */
export function linesBefore(
  told: readonly ToldMessage[],
  known: readonly Line[],
  { machines, self }: { readonly machines: Readonly<Record<string, StatusMachine>>; readonly self: number },
): readonly Line[] {
  const names = new Set(known.map(nameOf));
  return told.flatMap(({ by, number, at, priority, text: body }): Line[] => {
    const machine = number === null || 'person' in by ? 0 : by.machine;
    const name = 'person' in by ? by.person : (entryOf(machines, String(machine))?.name ?? '');
    const from = machine === self ? null : { number: machine, name };
    const line = { from, number, at, priority, body, state: '', readers: {}, isUnread: false };
    return names.has(nameOf(line)) ? [] : [{ key: `before ${nameOf(line)}`, ...line }];
  });
}

/** Of people's messages nobody knows the number everywhere. */
function nameOf({ from, number, body }: Pick<Line, 'from' | 'number' | 'body'>): string {
  return from?.number === 0 ? `people ${body}` : `${from?.number ?? 'own'} ${number}`;
}
