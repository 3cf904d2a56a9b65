// When a machine tries its broker again (B10). Pure.

const FIRST_MS = 1_000;
/** With the jitter a minute at most: so soon a machine finds its broker again. */
const MOST_MS = 50_000;
const JITTER = 0.2;
/** A connection that lived so long begins anew: before that, a broker that takes a client and drops it at once would be asked each second. */
const LASTED_MS = 10_000;
/** A broker that is started again gets ten machines a second, and not all of them at once. */
const SPREAD_MS = 100;
const SPREAD_MS_MAX = 30_000;

/**
 * `failures`: tries in a row that came to nothing, 1 or more; `fraction`: chance, from 0 to 1; `machines`: how many lose this broker together.
 */
export function reconnectMs(failures: number, fraction: number, machines: number): number {
  const plainMs = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures - 1, 20));
  // They stay apart by what the first wait was.
  const spreadMs = failures === 1 ? Math.min(SPREAD_MS_MAX, machines * SPREAD_MS) : 0;
  return Math.round(plainMs * (1 - JITTER + 2 * JITTER * fraction) + spreadMs * fraction);
}

/** `upMs`: how long the connection was there that has just ended; null = it never was. */
export function failuresAfter(before: number, upMs: number | null): number {
  return upMs !== null && upMs >= LASTED_MS ? 1 : before + 1;
}
