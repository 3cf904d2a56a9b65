// What a word of the bell asks of a machine (B1): to look, or to keep down who is there. It decides nothing else. Pure.
import { type Presence, parsePresence } from './presence.ts';
import { isFor, parseRing, rungBy } from './ring.ts';

/** A word that was opened: who sealed it, and what on. */
export interface Word {
  readonly kind: string;
  readonly machine: number;
  readonly value: unknown;
}

export type Asked =
  /** B5: how many machines are to look, this one among them; 0 = it is not. */
  | { readonly kind: 'ring'; readonly rung: number }
  /** B6. */
  | { readonly kind: 'presence'; readonly presence: Presence | 'gone' }
  /** The broker keeps the will of an earlier connection of this machine: it is to say anew that it is there. */
  | { readonly kind: 'said gone' }
  /** B7: a word of this machine itself came back. */
  | { readonly kind: 'echo' }
  | { readonly kind: 'look' }
  /** B8, B9: somebody wants lines of a run, or a file. */
  | { readonly kind: 'lines' | 'file' };

/** `isWaitedFor`: whether somebody waits for an order here. Null = it asks for nothing. */
export function askedBy({ kind, machine, value }: Word, own: number, isWaitedFor: () => boolean): Asked | null {
  if (kind === 'ring') {
    const ring = parseRing(value);
    return ring === null || machine === own ? null : { kind, rung: isFor(ring, own) ? rungBy(ring) : Number(isWaitedFor()) };
  }
  if (kind === 'here') {
    const presence = parsePresence(value);
    if (presence === null) return null;
    return machine === own && presence === 'gone' ? { kind: 'said gone' } : { kind: 'presence', presence };
  }
  if (kind === 'ask') return { kind: machine === own ? 'echo' : 'look' };
  if (kind === 'say') return { kind: 'file' };
  return kind === 'watch' ? { kind: 'lines' } : null;
}
