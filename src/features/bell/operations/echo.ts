// Whether words come through (B7): a machine says one to itself, and hears whether it comes back. Only a broker that hands words on is worth
// looking seldom for.
import { randomUUID } from 'node:crypto';

export interface Echo {
  /** Says a word; an earlier one that has not come back does not count any more. */
  ask(): void;
  /** True = it is the word that was said. */
  heard(value: unknown): boolean;
  /** How long the last one took that came back; null = none on this connection. */
  tookMs(): number | null;
  isFresh(): boolean;
  forget(): void;
}

/** H3: an echo that came so long ago says nothing any more. */
const FRESH_MS = 60_000;

export function createEcho(
  say: (value: object) => void,
  monotonicMs: () => number = () => performance.now(),
  nonceOf: () => string = randomUUID,
): Echo {
  let sent: { readonly nonce: string; readonly atMs: number } | null = null;
  let last: { readonly backMs: number; readonly tookMs: number } | null = null;
  return {
    ask() {
      sent = { nonce: nonceOf(), atMs: monotonicMs() };
      say({ echo: sent.nonce });
    },
    heard(value) {
      if (sent === null || (value as { echo?: unknown } | null)?.echo !== sent.nonce) return false;
      const backMs = monotonicMs();
      last = { backMs, tookMs: Math.round(backMs - sent.atMs) };
      sent = null;
      return true;
    },
    tookMs: () => last?.tookMs ?? null,
    isFresh: () => last !== null && monotonicMs() - last.backMs <= FRESH_MS,
    forget() {
      [sent, last] = [null, null];
    },
  };
}
