// What a machine says of itself over the bell (B6): at each connection, when its state changes, each five minutes, and where the broker keeps that
// it is gone.
import type { Presence } from '../rules/presence.ts';

/** Two words of presence, and some time. */
const TTL_MS = 660_000;
const AGAIN_MS = 1_000;

export interface OwnPresence {
  /** From now on it speaks, on the connection of this epoch; null = there is none. */
  speakAs(epoch: string | null): void;
  say(): void;
  /** Where its state is not what it said last. */
  sayChange(): void;
  /** A will of an earlier connection came late: the broker keeps it, so who connects after that would take this machine for gone. */
  saySoon(): void;
}

export function createOwnPresence(
  itself: Pick<Presence, 'since' | 'version'>,
  state: () => string,
  hand: (presence: Presence) => void,
): OwnPresence {
  let epoch: string | null = null;
  let said = '';
  let soon: NodeJS.Timeout | undefined;
  const say = () => {
    clearTimeout(soon);
    soon = undefined;
    if (epoch === null) return;
    said = state();
    hand({ ...itself, epoch, ttlMs: TTL_MS, state: said });
  };
  return {
    speakAs(next) {
      epoch = next;
      say();
    },
    say,
    sayChange() {
      if (epoch !== null && state() !== said) say();
    },
    saySoon() {
      soon ??= setTimeout(say, AGAIN_MS).unref();
    },
  };
}
