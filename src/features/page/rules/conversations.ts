// Messages as conversations: with everybody, with people, and with each machine, as this machine has them. Pure.
import { EVERYBODY, type Reader } from '../../../core/model/messages/message.ts';
import type { Priority } from '../../../core/model/orders/order.ts';
import { openQuestion } from '../../../core/orders/questions.ts';
import type { Letter, SentLetter, Snapshot, StatusOrder } from './snapshot.ts';

/** `all`, `0` for people, or the number of a machine. */
export type Partner = string;

export interface Line {
  readonly key: string;
  /** Null = this machine's. */
  readonly from: { readonly number: number; readonly name: string } | null;
  /** In the log of who said it; null = it has none yet. */
  readonly number: number | null;
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
    const { from, name, number, at, priority, body, taken } = letter;
    const about = { number, at, priority, body, readers: {}, isUnread: !taken };
    return [{ key: `in ${key}`, from: { number: from, name }, state: taken ? 'read' : 'unread', ...about }];
  });
  const said = Object.values(sent).flatMap(({ id, to, number, at, priority, body, state, readers = {} }): Line[] =>
    partnerNamed(to) === partner
      ? [{ key: `out ${id}`, from: null, number, at, priority, body, state, readers, isUnread: false }]
      : [],
  );
  return [...heard, ...said].toSorted((a, b) => compare(a.at ?? '', b.at ?? ''));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** With whom a letter to this machine was said. */
function partnerOf({ from, to }: Pick<Letter, 'from' | 'to'>): Partner {
  return to === EVERYBODY ? 'all' : String(from);
}

function partnerNamed(to: Reader): Partner {
  return to === EVERYBODY ? 'all' : to;
}

/** An order that stands still until somebody answers its agent. */
export interface Asking {
  readonly order: string;
  readonly machine: number;
  readonly text: string;
}

type Asked = Pick<Snapshot, 'orders' | 'self'>;

/** With people all that is asked of people, also here; with a machine what its agents ask of people, or of this machine. */
export function questionsIn(partner: Partner, shown: Asked): readonly Asking[] {
  return askedIn(shown).filter((one) => isAskedIn(partner, one));
}

function isAskedIn(partner: Partner, { machine }: Asking): boolean {
  return partner === '0' || partner === String(machine);
}

function askedIn({ orders, self }: Asked): readonly Asking[] {
  return Object.entries(orders).flatMap(([order, it]) => {
    const asked = askedBy(it);
    if (asked === null || (asked.to !== 0 && asked.to !== self.machine)) return [];
    return [{ order, machine: asked.machine, text: asked.text }];
  });
}

/** Of a chain its step asks; what asks on all machines cannot be answered. */
function askedBy(order: StatusOrder): { readonly machine: number; readonly text: string; readonly to: number } | null {
  const { machine, machines, steps } = order;
  const question = machine === undefined || machines !== undefined || steps !== undefined ? null : openQuestion(order);
  return question === null || machine === undefined ? null : { machine, ...question };
}

export interface Conversation {
  readonly partner: Partner;
  readonly name: string;
  readonly unread: number;
  readonly questions: number;
  /** One that was not read is urgent. */
  readonly isUrgent: boolean;
}

/**
 * Urgent ones first, then those in which something waits; everybody, people, and each machine but this one. One that has left is listed
 * while something of it waits, or while it is `open`: what was read last does not close the conversation.
 */
export function conversations(shown: Mail & Asked & Pick<Snapshot, 'machines'>, open: Partner): readonly Conversation[] {
  const letters = Object.values(shown.inbox).filter((one) => !one.taken || partnerOf(one) === open);
  const { machine: self } = shown.self;
  const others = Object.entries(shown.machines).filter(
    ([number, { state }]) => Number(number) !== self && (state !== 'LEFT' || number === open),
  );
  const named: (readonly [Partner, string])[] = [
    ['all', 'Everybody'],
    ['0', 'People'],
    ...others.map(([number, { name }]) => [number, name] as const),
  ];
  const known = new Set(named.map(([partner]) => partner));
  const gone = new Map(letters.filter((one) => !known.has(partnerOf(one))).map((one) => [partnerOf(one), one.name] as const));
  const asked = askedIn(shown);
  const waits = ({ unread, questions }: Conversation) => Number(unread + questions > 0);
  return [...named, ...gone]
    .map(([partner, name]): Conversation => {
      const its = letters.filter((one) => !one.taken && partnerOf(one) === partner);
      const isUrgent = its.some(({ priority }) => priority === 'urgent');
      return { partner, name, unread: its.length, questions: asked.filter((one) => isAskedIn(partner, one)).length, isUrgent };
    })
    .toSorted((a, b) => Number(b.isUrgent) - Number(a.isUrgent) || waits(b) - waits(a));
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
