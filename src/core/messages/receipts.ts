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

/** Of each machine's document its cursors, whether it has LEFT, and what it reads (D3a). */
export type Readers = ReadonlyMap<
  number,
  { readonly cursors: Readonly<Record<string, Cursor>>; readonly hasLeft: boolean; readonly reads?: number | undefined }
>;

/** D3a: a reader that says less looks for messages to it alone in their log only. */
const READS_MOVED = 4;

export function readersOf(
  machines: ReadonlyMap<number, { readonly document: Pick<MachineDocument, 'cursors' | 'state' | 'reads'> }>,
): Readers {
  return new Map(
    [...machines].map(([machine, { document }]) => [
      machine,
      { cursors: document.cursors, hasLeft: document.state === 'LEFT', reads: document.reads },
    ]),
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

/**
 * M4: how far all readers that count have read a log, and how far they have fetched it and find what leaves it (`delivered`). Nobody knows what
 * people have read, so their log waits for nobody.
 */
export function receivedUpTo(machine: number, reader: Reader, readers: Readers, isLost: (machine: number) => boolean): Cursor {
  if (reader === PEOPLE) return ALL_OF_IT;
  const cursorAt = (other: number) => readers.get(other)?.cursors[sourceOf(machine, reader)] ?? NOTHING;
  if (reader !== EVERYBODY) {
    const { delivered, taken } = cursorAt(Number(reader));
    return { delivered: (readers.get(Number(reader))?.reads ?? 1) < READS_MOVED ? taken : delivered, taken };
  }
  const waitedFor = [...readers].filter(([other, { hasLeft }]) => other !== machine && !hasLeft && !isLost(other));
  const cursors = waitedFor.map(([other]) => cursorAt(other));
  const least = (of: keyof Cursor) => cursors.reduce((it, cursor) => Math.min(it, cursor[of]), ALL_OF_IT[of]);
  return { delivered: least('delivered'), taken: least('taken') };
}

const NOTHING: Cursor = { delivered: 0, taken: 0 };
const ALL_OF_IT: Cursor = { delivered: Number.POSITIVE_INFINITY, taken: Number.POSITIVE_INFINITY };

const STRENGTH: readonly ReceiptState[] = ['waiting', 'sent', 'delivered', 'read'];

export function weakest(states: readonly ReceiptState[]): ReceiptState {
  return STRENGTH.find((state) => states.includes(state)) ?? 'sent';
}
