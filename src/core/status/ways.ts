// Ways out of a standstill that only a person can take: the words of each for a terminal, and the edit on main that does the same, which a host's
// page makes from a phone. The one place that knows both. Pure.
import { shellWord } from '../base/shell-word.ts';
import { PEOPLE } from '../model/messages/message.ts';
import type { Told, Way, WayKind, WithWays } from '../model/orders/reason.ts';
import type { StatusOrder } from '../model/status/status.ts';

/** What stands still; `machine`: of an order, the one that its answer goes to. */
interface Subject {
  readonly order?: string | undefined;
  readonly machine?: number | undefined;
}

export interface WayOut {
  /** How it joins what is said before it; absent = by a semicolon. */
  readonly joint?: string;
  /** What it is for, where that has to be said. */
  readonly before?: string;
  readonly command: string;
  /** What a terminal says behind the command. */
  readonly after?: string;
  /** The command does so on that machine alone. */
  readonly isThere?: true;
  /** The document of people's that is edited, or made. */
  readonly document: string;
  /** What is changed there. */
  readonly words: string;
}

type Entry = Pick<StatusOrder, 'generation' | 'reached' | 'chain'>;

const WAYS: Readonly<Record<WayKind, (subject: Subject, entry: Entry) => WayOut>> = {
  approve: (subject, entry) => inOrders(subject, entry, { command: 'coord approve', words: 'set "approved": true in' }),
  runAgain: (subject, entry) => again('to run it again: ', subject, entry),
  goOn: (subject, entry) => again('to go on: ', subject, entry),
  thenRetry: (subject, entry) => again('then: ', subject, entry),
  resolve(subject, entry) {
    const words = `add "resolved": { "generation": ${entry.generation ?? 1}, "as": "completed" } (or "failed") to`;
    return inOrders(subject, entry, { before: 'if you know how it ended: ', command: 'coord order resolve', words });
  },
  answer({ order = '', machine }) {
    const document = logTo(machine);
    const words = `write "answer ${order}: …" in ${document}`;
    const command = `coord answer ${shellWord(order)} "…"`;
    return { command, after: machine === undefined ? '' : `, or ${words}`, document, words };
  },
  emergencyOver({ machine }) {
    const document = logTo(machine);
    const heading = `the heading "## resolved" in ${document}`;
    const command = 'coord emergency --over';
    const after = ` on that machine, or ${heading}`;
    return { joint: '; when it is over: ', command, after, isThere: true, document, words: `when it is over, write ${heading}` };
  },
  resume({ machine }) {
    const command = `coord resume ${machine ?? '--fleet'}`;
    return { joint: ': ', command, document: 'fleet.yaml', words: 'take it out of "paused" in fleet.yaml' };
  },
};

/** As retries number them: what ran under a higher generation than is listed stands. */
function again(before: string, subject: Subject, entry: Entry): WayOut {
  const generation = Math.max(entry.generation ?? 1, entry.reached ?? 0) + 1;
  return inOrders(subject, entry, { before, command: 'coord retry', words: `set "generation": ${generation} in` });
}

/** Of the entry of an order, or of the step of a chain that it is: that has the fields then. */
function inOrders({ order = '' }: Subject, { chain }: Entry, way: Omit<WayOut, 'document'>): WayOut {
  const place = chain === undefined ? order : `step ${order.slice(chain.length + 1)} of ${chain}`;
  const words = `${way.before ?? ''}${way.words} ${place}`;
  return { ...way, command: `${way.command} ${shellWord(order)}`, document: 'ORDERS.json', words };
}

function logTo(machine: number | undefined): string {
  return `messages/${PEOPLE}_TO_${machine}.md`;
}

/** `entry`: the order as STATUS.json lists it. */
export function wayOut({ way }: Way, subject: Subject, entry: Entry = {}): WayOut {
  return WAYS[way](subject, entry);
}

/** All in one sentence, as a terminal shows it. */
export function sentence(told: Told, subject: Subject): string {
  return told.map((part) => (typeof part === 'string' ? part : commandWords(wayOut(part, subject)))).join('');
}

function commandWords({ joint = '; ', before = '', command, after = '' }: WayOut): string {
  return `${joint}${before}${command}${after}`;
}

/** `order`: as ORDERS.json lists it. */
export function withWays(order: string, cause: string, ...ways: readonly WayKind[]): WithWays {
  const told: Told = [cause, ...ways.map((way) => ({ way }))];
  return { reason: sentence(told, { order }), told };
}

/** The same reason with words before or after it. */
export function framed<T extends { readonly reason: string; readonly told?: Told | undefined }>(
  why: T,
  head: string,
  tail = '',
): T {
  const { reason, told } = why;
  return { ...why, reason: `${head}${reason}${tail}`, ...(told === undefined ? {} : { told: [head, ...told, tail] }) };
}
