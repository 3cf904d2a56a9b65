// What an agent reads of its machine's inbox (M9): a few facts, and other people's words quoted with their sender. No line of a body
// can pass for a line of ours, close the quotation, or close a tag that the agent's own program put around it.
import { EVERYBODY, PEOPLE, type Reader } from '../core/model/message.ts';
import type { Priority } from '../core/model/order.ts';
import { visibleText } from './escape-text.ts';
import { readableTime } from './iso-time.ts';

/** In all, the head included. */
export const AGENT_TEXT_MAX = 2_000;
/** Nobody acts on more at once. */
export const AGENT_MESSAGES_MAX = 10;
/** Of a sender's or a program's name. */
const NAME_MAX = 60;

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
  const counted = count === 1 ? '1 unread message' : `${count} unread messages`;
  const head = `coord: ${counted} for ${shortName(`${reader.machine} ${reader.name}`)}. What is quoted was written by the sender.`;
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
  // Nothing that is shown gets shorter than what was written, so no more of it can fit.
  const start = body.slice(0, lengthMax).replace(/[\uD800-\uDBFF]$/u, '');
  const all = quotation(start);
  const length = message.bodyLength ?? body.length;
  if (start.length === length && head.length + all.length <= lengthMax) return { text: head + all, whole: true };
  const cut = `\n(cut; it has ${length} characters, and coord inbox shows it whole)`;
  const room = lengthMax - head.length - cut.length;
  let kept = start.slice(0, Math.max(0, room));
  while (kept !== '' && quotation(`${kept}…`).length > room) {
    const over = quotation(`${kept}…`).length - room;
    kept = kept.slice(0, Math.max(0, kept.length - Math.max(1, Math.floor(over / 8)))).replace(/[\uD800-\uDBFF]$/u, '');
  }
  return { text: head + quotation(`${kept}…`) + cut, whole: false };
}

function headOf({ from, name, to, at, priority, program }: QuotedMessage): string {
  const sender = from === Number(PEOPLE) ? 'people' : shortName(`${from} ${name}`);
  const words = [
    `From ${sender}${to === EVERYBODY ? ' to all' : ''}`,
    ...(at === null ? [] : [`at ${shortName(readableTime(at))}`]),
    ...(priority === 'normal' ? [] : [`(${priority})`]),
    ...(program === undefined ? [] : [`for ${program === 'all' ? 'all programs here' : `the program ${shortName(program)}`}`]),
  ];
  return `${words.join(' ')}:`;
}

/** One line in quotation marks, of which it holds none; several behind bars. */
function quotation(body: string): string {
  const lines = harmless(body).split('\n');
  if (lines.length > 1) return lines.map((line) => `\n  | ${line}`.trimEnd()).join('');
  return ` “${(lines[0] ?? '').replace(/[“”]/g, '"')}”`;
}

/** Every character visible, and nothing that could open or close a tag. */
function harmless(text: string): string {
  return visibleText(text).replace(/<(?=[/!?\p{L}])/gu, '‹');
}

function shortName(name: string): string {
  const line = harmless(name).replace(/\s+/g, ' ').trim();
  return line.length > NAME_MAX ? `${line.slice(0, NAME_MAX - 1)}…` : line;
}
