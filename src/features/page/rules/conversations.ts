// Messages as conversations: with everybody, with people, and with each machine, as this machine has them. Pure.
import type { Priority } from '../../../core/model/orders/order.ts';
import type { Letter, SentLetter, StatusMachine } from './snapshot.ts';

/** `all`, `0` for people, or the number of a machine. */
export type Partner = string;

export interface Line {
  readonly key: string;
  /** Null = this machine's. */
  readonly from: { readonly number: number; readonly name: string } | null;
  /** ISO 8601 UTC; null = a person's line without a time. */
  readonly at: string | null;
  readonly priority: Priority;
  readonly body: string;
  /** Of one from here: what became of it. Of another: whether it was read here. */
  readonly state: string;
  readonly readers: Readonly<Record<string, string>>;
  readonly isUnread: boolean;
}

interface Mail {
  readonly inbox: Readonly<Record<string, Letter>>;
  readonly sent: Readonly<Record<string, SentLetter>>;
}

/** Oldest first; what has no time stays before what follows it in its log. */
export function linesWith(partner: Partner, { inbox, sent }: Mail): readonly Line[] {
  const heard = Object.entries(inbox).flatMap(([key, letter]): Line[] => {
    if (partnerOf(letter) !== partner) return [];
    const { from, name, at, priority, body, taken } = letter;
    const about = { at, priority, body, readers: {}, isUnread: !taken };
    return [{ key: `in ${key}`, from: { number: from, name }, state: taken ? 'read' : 'unread', ...about }];
  });
  const said = Object.values(sent).flatMap(({ id, to, at, priority, body, state, readers = {} }): Line[] =>
    String(to) === partner ? [{ key: `out ${id}`, from: null, at, priority, body, state, readers, isUnread: false }] : [],
  );
  return [...heard, ...said].toSorted((a, b) => compare(a.at ?? '', b.at ?? ''));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** With whom a letter to this machine was said. */
function partnerOf({ from, to }: Pick<Letter, 'from' | 'to'>): Partner {
  return to === 'all' ? 'all' : String(from);
}

export interface Conversation {
  readonly partner: Partner;
  readonly name: string;
  readonly unread: number;
  /** One that was not read is urgent. */
  readonly isUrgent: boolean;
}

/** Urgent ones first, then unread ones; everybody, people, and each machine but this one. */
export function conversations(
  mail: Mail,
  machines: Readonly<Record<string, StatusMachine>>,
  self: number,
): readonly Conversation[] {
  const letters = Object.values(mail.inbox).filter(({ taken }) => !taken);
  const others = Object.entries(machines).filter(([number, { state }]) => Number(number) !== self && state !== 'LEFT');
  const named: (readonly [Partner, string])[] = [
    ['all', 'Everybody'],
    ['0', 'People'],
    ...others.map(([number, { name }]) => [number, name] as const),
  ];
  const known = new Set(named.map(([partner]) => partner));
  const gone = new Map(letters.filter((one) => !known.has(partnerOf(one))).map((one) => [partnerOf(one), one.name] as const));
  return [...named, ...gone]
    .map(([partner, name]) => {
      const its = letters.filter((one) => partnerOf(one) === partner);
      return { partner, name, unread: its.length, isUrgent: its.some(({ priority }) => priority === 'urgent') };
    })
    .toSorted((a, b) => Number(b.isUrgent) - Number(a.isUrgent) || Number(b.unread > 0) - Number(a.unread > 0));
}

/** What marks the unread ones of a conversation as read; of a log, reading goes from its beginning. Null = there is nothing to mark. */
export function cursorOf(partner: Partner, inbox: Readonly<Record<string, Letter>>): Readonly<Record<string, number>> | null {
  const cursor: Record<string, number> = {};
  for (const letter of Object.values(inbox)) {
    const { source, number, taken } = letter;
    if (!taken && partnerOf(letter) === partner) cursor[source] = Math.max(cursor[source] ?? 0, number);
  }
  return Object.keys(cursor).length === 0 ? null : cursor;
}
