// Reads and writes the file of a message in a box. The name holds all that order and limits need, so a box of ten thousand is one list of
// names. Names sort by priority, then by order of sending.
import { BUS_LIMITS, type BusMessage } from '../../../core/model/messages/bus.ts';
import { PRIORITIES, type Priority } from '../../../core/model/orders/order.ts';

/** Urgent first. */
const RANK: Readonly<Record<Priority, string>> = { urgent: '0', high: '1', normal: '2', low: '3' };
const NAME = /^([0-3])-([0-9]{15})-([0-9]{1,6})-([a-z0-9_-]{1,80})\.json$/;
const STAMP_DIGITS = 15;

export interface FileName {
  readonly name: string;
  readonly rank: string;
  /** Milliseconds; raised where the clock went back, so that what was sent later sorts later. */
  readonly stamp: number;
  /** Of the body. */
  readonly bytes: number;
  /** With the program before it, the id. */
  readonly key: string;
}

/** Null = no message of ours. */
export function parseName(name: string): FileName | null {
  const found = NAME.exec(name);
  if (found === null) return null;
  const [, rank = '', stamp, bytes, key = ''] = found;
  return { name, rank, stamp: Number(stamp), bytes: Number(bytes), key };
}

/** `among`: what waits in the box; of those of its rank the new one is the last. */
export function nextName(priority: Priority, key: string, body: string, nowMs: number, among: readonly FileName[]): string {
  const rank = RANK[priority];
  const last = among.reduce((newest, file) => (file.rank === rank ? Math.max(newest, file.stamp) : newest), 0);
  const stamp = String(Math.max(nowMs, last + 1)).padStart(STAMP_DIGITS, '0');
  return `${rank}-${stamp}-${Buffer.byteLength(body)}-${key}.json`;
}

/** Of a file that was moved: the moment that counts for it, and its own name; what a stream was given is marked. */
export function momentName(ms: number, name: string, isStreams = false): string {
  return `${isStreams ? 's' : ''}${String(Math.max(0, ms)).padStart(STAMP_DIGITS, '0')}-${name}`;
}

export interface MomentFile extends FileName {
  readonly ms: number;
  readonly isStreams: boolean;
  /** With the moment before it. */
  readonly moved: string;
}

export function parseMomentName(moved: string): MomentFile | null {
  const [start = '', mark, ms] = /^(s?)([0-9]{15})-/.exec(moved) ?? [];
  const file = ms === undefined ? null : parseName(moved.slice(start.length));
  return file === null ? null : { ...file, ms: Number(ms), isStreams: mark === 's', moved };
}

export function renderMessage(message: BusMessage): string {
  return `${JSON.stringify(message)}\n`;
}

/** Null = it cannot be understood. */
export function parseMessage(text: string, id: string): BusMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { id: said, from, to, at, priority, body } = value as Record<string, unknown>;
  if (said !== id || typeof from !== 'string' || typeof to !== 'string' || typeof body !== 'string') return null;
  if ((typeof at !== 'string' && at !== null) || !PRIORITIES.includes(priority as Priority)) return null;
  if (Buffer.byteLength(body) > BUS_LIMITS.bodyBytesMax) return null;
  return { id, from, to, at, priority: priority as Priority, body };
}
