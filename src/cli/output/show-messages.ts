// Messages on a terminal, and in an agent's context: quoted, with their sender, every character visible (M5). No line of a body can
// look like a line of ours, because each begins with a bar.
import { counted } from '../../core/base/counted.ts';
import { listedName } from '../../core/model/machines/machine-label.ts';
import { EVERYBODY, PEOPLE, type Reader, type ReceiptState } from '../../core/model/messages/message.ts';
import { messageHead, quotedLines } from '../../documents/messages/message-quote.ts';
import { visibleText } from '../../documents/text/escape-text.ts';
import { readableTime } from '../../documents/text/iso-time.ts';
import type { ListedSent } from '../../operations/messages/inbox.ts';
import type { NamedMessage } from '../../operations/messages/mail-files.ts';
import type { View } from '../../operations/sync/view.ts';
import type { Reading } from '../context.ts';
import type { Paint } from './paint.ts';
import { columns, oneLine } from './table.ts';

export function inboxLines(messages: readonly NamedMessage[], { paint }: Reading): string[] {
  return messages.flatMap((message) => {
    const { priority } = message;
    const head = messageHead(message);
    return [
      priority === 'urgent' || priority === 'high' ? paint.yellow(head) : paint.bold(head),
      ...quotedLines(message.body),
      '',
    ];
  });
}

export function sentLines(messages: readonly ListedSent[], { paint }: Reading): string[] {
  const rows = messages.map(({ to, name, number, at, state, readers, body }) => [
    visibleText(`${to === PEOPLE ? 'people' : `${to.toLowerCase()} ${name}`}`).trim(),
    number === null ? '-' : `#${number}`,
    stateWords(state, readers),
    readableTime(at),
    oneLine(visibleText(body), 60),
  ]);
  return columns([['TO', '#', 'STATE', 'WRITTEN', 'MESSAGE'], ...rows], (cell, column, row) =>
    row === 0 ? paint.dim(cell) : column === 2 ? paintReceipt(cell, paint) : cell,
  );
}

/** `2 pc`, `all`, `people`. */
export function readerWords(to: Reader, view: View | null): string {
  if (to === PEOPLE) return 'people';
  return to === EVERYBODY ? 'all' : listedName(to, view?.machines);
}

/** `delivered to 2, read by 1 of 3 recipients` for a message to all. */
function stateWords(state: ReceiptState, readers: ListedSent['readers']): string {
  const each = Object.values(readers ?? {});
  if (each.length === 0 || state === 'read' || state === 'waiting') return state;
  const read = each.filter((it) => it === 'read').length;
  const delivered = each.filter((it) => it === 'read' || it === 'delivered').length;
  const recipients = counted(each.length, 'recipient');
  return delivered === 0 ? `not delivered yet (${recipients})` : `delivered to ${delivered}, read by ${read} of ${recipients}`;
}

function paintReceipt(cell: string, paint: Paint): string {
  return /^waiting/.test(cell) ? paint.yellow(cell) : /^read/.test(cell) ? paint.green(cell) : cell;
}
