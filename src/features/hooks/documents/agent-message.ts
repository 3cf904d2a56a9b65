// Writes what an agent reads of its machine's inbox (M9): a few facts, and the messages, quoted (agent-quote.ts) with their sender.
import { counted } from '../../../core/base/counted.ts';
import { senderLabel } from '../../../core/messages/sender-label.ts';
import { EVERYBODY, type Reader } from '../../../core/model/messages/message.ts';
import type { Priority } from '../../../core/model/orders/order.ts';
import { readableTime } from '../../../documents/text/iso-time.ts';
import { fitted, shortName } from '../../agents/documents/agent-quote.ts';

/** In all, the head included. */
export const AGENT_TEXT_MAX = 2_000;
/** Nobody acts on more at once. */
export const AGENT_MESSAGES_MAX = 10;

export interface QuotedMessage {
  readonly from: number;
  readonly name: string;
  readonly to: Reader;
  readonly at: string | null;
  readonly priority: Priority;
  readonly body: string;
  /** Where of a longer body only so much is here as can be shown. */
  readonly bodyLength?: number;
  readonly program?: string;
}

export interface AgentText<T> {
  readonly text: string;
  readonly shown: readonly { readonly message: T; readonly whole: boolean }[];
}

/**
 * Null = nothing to say. What does not fit is left out whole and counted; the first one is cut where it alone is too long.
 * `count`: how many there are, where those that cannot be shown are not even here.
 */
export function agentText<T extends QuotedMessage>(
  messages: readonly T[],
  reader: { readonly machine: number; readonly name: string },
  lengthMax: number = AGENT_TEXT_MAX,
  count: number = messages.length,
): AgentText<T> | null {
  const [first] = messages;
  if (first === undefined) return null;
  const head = `coord: ${counted(count, 'unread message')} for ${shortName(`${reader.machine} ${reader.name}`)}. The quoted text was written by the sender.`;
  const rest = (left: number) => (left === 0 ? '' : left === 1 ? '\n1 more is unread.' : `\n${left} more are unread.`);
  let room = lengthMax - head.length - rest(count).length - 1;
  const shown: { message: T; whole: boolean; text: string }[] = [];
  for (const message of messages) {
    const { text, whole } = quote(message, room);
    if (shown.length > 0 && !whole) break;
    shown.push({ message, whole, text });
    room -= text.length + 1;
    if (room <= 0 || shown.length === AGENT_MESSAGES_MAX) break;
  }
  const lines = [head, ...shown.map(({ text }) => text)].join('\n');
  return { text: lines + rest(count - shown.length), shown: shown.map(({ message, whole }) => ({ message, whole })) };
}

/** At most `lengthMax` characters. */
function quote(message: QuotedMessage, lengthMax: number): { readonly text: string; readonly whole: boolean } {
  const head = headOf(message);
  const body = message.body.trimEnd();
  const length = message.bodyLength ?? body.length;
  const cut = `\n(cut; it has ${length} characters, and coord inbox shows it whole)`;
  const { text, whole } = fitted(body, length, lengthMax - head.length, cut);
  return { text: head + text, whole };
}

function headOf({ from, name, to, at, priority, program }: QuotedMessage): string {
  const sender = shortName(senderLabel({ from, name }));
  const words = [
    `From ${sender}${to === EVERYBODY ? ' to all' : ''}`,
    ...(at === null ? [] : [`at ${shortName(readableTime(at))}`]),
    ...(priority === 'normal' ? [] : [`(${priority})`]),
    ...(program === undefined ? [] : [`for ${program === 'all' ? 'all programs here' : `the program ${shortName(program)}`}`]),
  ];
  return `${words.join(' ')}:`;
}
