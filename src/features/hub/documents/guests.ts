// Reads and writes `.coord/hub/guests.json`: devices that cannot run git, what each may do at the hub, and the hash of its token.
import { isProgramName } from '../../../core/messages/program-address.ts';
import { isIsoTime } from '../../../documents/text/iso-time.ts';

export const RIGHTS = ['report', 'instructions', 'done', 'send', 'computers'] as const;
export type Right = (typeof RIGHTS)[number];

export interface Guest {
  /** A program of this machine is called so on the bus (M8). */
  readonly id: string;
  readonly may: readonly Right[];
  /** SHA-256 of its token, in hexadecimal. */
  readonly hash: string;
  /** ISO 8601 UTC. */
  readonly added: string;
}

/** Each has a line in COMPUTER_<N>.md. */
export const GUESTS_MAX = 64;

/** Null = it cannot be read: then nobody is a guest. */
export function parseGuests(text: string | null): readonly Guest[] | null {
  if (text === null) return [];
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.length <= GUESTS_MAX && value.every(isGuest) ? value : null;
  } catch {
    return null;
  }
}

export function renderGuests(guests: readonly Guest[]): string {
  return `${JSON.stringify(guests, null, 1)}\n`;
}

function isGuest(value: unknown): value is Guest {
  const { id, may, hash, added } = (value ?? {}) as Partial<Record<keyof Guest, unknown>>;
  const mayBe = Array.isArray(may) && may.every((right) => RIGHTS.includes(right));
  return typeof id === 'string' && isProgramName(id) && mayBe && /^[0-9a-f]{64}$/.test(String(hash)) && isIsoTime(added);
}
