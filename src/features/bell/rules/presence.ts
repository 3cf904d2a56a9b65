// Who is there now (B6), by what machines say over the bell. It is shown, and decides nothing. Pure.

export interface Presence {
  /** Of the connection that says it. */
  readonly epoch: string;
  /** ISO 8601 UTC, by its own clock. */
  readonly since: string;
  /** It counts for so long without another word. */
  readonly ttlMs: number;
  readonly state: string;
  readonly version: string;
}

export interface Online extends Omit<Presence, 'epoch' | 'ttlMs'> {
  readonly machine: number;
  /** Until when it counts, by the clock of this computer, epoch milliseconds. */
  readonly untilMs: number;
}

/** Whatever a machine says of itself, it counts for no longer without another word. */
const TTL_MS_MAX = 3_600_000;
const WORD = /^[\p{L}\p{N} ._:+-]{0,60}$/u;

/** `gone`: its connection ended. Null = it is no presence. */
export function parsePresence(value: unknown): Presence | 'gone' | null {
  const { gone, epoch, since, ttlMs, state, version } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (gone === true) return 'gone';
  const areWords = [epoch, since, state, version].every((it) => typeof it === 'string' && WORD.test(it));
  if (!areWords || typeof ttlMs !== 'number' || !(ttlMs > 0)) return null;
  return { ...({ epoch, since, state, version } as Presence), ttlMs: Math.min(ttlMs, TTL_MS_MAX) };
}

export interface PresenceBook {
  /** False = nothing has changed by it. */
  heard(machine: number, presence: Presence | 'gone', nowMs: number): boolean;
  /** By number. */
  online(nowMs: number): readonly Online[];
}

export function createPresenceBook(): PresenceBook {
  const there = new Map<number, Online>();
  return {
    heard(machine, presence, nowMs) {
      if (presence === 'gone') return there.delete(machine);
      const { since, state, version, ttlMs } = presence;
      there.set(machine, { machine, since, state, version, untilMs: nowMs + ttlMs });
      return true;
    },
    online: (nowMs) => [...there.values()].filter(({ untilMs }) => untilMs > nowMs).sort((a, b) => a.machine - b.machine),
  };
}
