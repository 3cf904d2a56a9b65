// Whether a message was delivered and read (M2): the cursors in its reader's document are the receipts. Pure.
import type { MachineDocument } from '../model/machines/machine.ts';
import type { Cursor, MailState, SentMessage } from '../model/messages/mail.ts';
import { EVERYBODY, type MailView, PEOPLE, type Reader, type ReceiptState, sourceOf } from '../model/messages/message.ts';

export interface SentView extends SentMessage {
  readonly to: Reader;
  readonly state: ReceiptState;
  /** For a message to all: each machine that has read it or still has to. */
  readonly readers?: Readonly<Record<string, ReceiptState>>;
}

/** The cursors of each machine's document, and whether it has LEFT. */
export type Readers = ReadonlyMap<number, { readonly cursors: Readonly<Record<string, Cursor>>; readonly hasLeft: boolean }>;

export function readersOf(
  machines: ReadonlyMap<number, { readonly document: Pick<MachineDocument, 'cursors' | 'state'> }>,
): Readers {
  return new Map(
    [...machines].map(([machine, { document }]) => [machine, { cursors: document.cursors, hasLeft: document.state === 'LEFT' }]),
  );
}

export function receiptOf(cursor: Cursor | undefined, number: number): ReceiptState {
  if (cursor === undefined) return 'sent';
  return number <= cursor.taken ? 'read' : number <= cursor.delivered ? 'delivered' : 'sent';
}

/** The messages in this machine's logs, by reader, each with its receipts. `peopleRead`: see MailState. */
export function sentViews(mail: MailState, view: MailView, machine: number, readers: Readers): readonly SentView[] {
  return Object.entries(mail.sent).flatMap(([to, { messages }]) => {
    const shown = view.machines.get(machine)?.get(to)?.at(-1)?.number ?? 0;
    return messages.map((message): SentView => {
      if (message.number > shown) return { ...message, to, state: 'waiting' };
      if (to === PEOPLE) return { ...message, to, state: message.number <= mail.peopleRead ? 'read' : 'sent' };
      const source = sourceOf(machine, to);
      if (to !== EVERYBODY) return { ...message, to, state: receiptOf(readers.get(Number(to))?.cursors[source], message.number) };
      const each = [...readers]
        .filter(([reader, { hasLeft }]) => reader !== machine && !hasLeft)
        .map(([reader, { cursors }]): [string, ReceiptState] => [String(reader), receiptOf(cursors[source], message.number)]);
      return { ...message, to, state: weakest(each.map(([, state]) => state)), readers: Object.fromEntries(each) };
    });
  });
}

/** M4: the number up to which all readers that count have read a log. Nobody knows what people have read, so their log waits for nobody. */
export function takenUpTo(machine: number, reader: Reader, readers: Readers, isLost: (machine: number) => boolean): number {
  if (reader === PEOPLE) return Number.POSITIVE_INFINITY;
  const source = sourceOf(machine, reader);
  if (reader !== EVERYBODY) return readers.get(Number(reader))?.cursors[source]?.taken ?? 0;
  const waitedFor = [...readers].filter(([other, { hasLeft }]) => other !== machine && !hasLeft && !isLost(other));
  return waitedFor.reduce((least, [, { cursors }]) => Math.min(least, cursors[source]?.taken ?? 0), Number.POSITIVE_INFINITY);
}

const STRENGTH: readonly ReceiptState[] = ['waiting', 'sent', 'delivered', 'read'];

export function weakest(states: readonly ReceiptState[]): ReceiptState {
  return STRENGTH.find((state) => states.includes(state)) ?? 'sent';
}
