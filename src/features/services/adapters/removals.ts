// Says which services their owner took out of instances.yaml. A file that is being written may be empty or cut for a moment, so a service
// is removed only when a second read, a while later, misses it too.

export interface Removals {
  /** What this read misses; said so again after `waitMs`, it is gone for good. */
  missing(names: readonly string[]): ReadonlySet<string>;
  /** When to read again for what is in doubt; null = nothing is. */
  againMs(): number | null;
}

export function createRemovals(waitMs: number, now: () => number = () => performance.now()): Removals {
  let sinceMs: ReadonlyMap<string, number> = new Map();
  let gone: ReadonlySet<string> = new Set();
  return {
    missing(names) {
      const nowMs = now();
      sinceMs = new Map(names.map((name) => [name, sinceMs.get(name) ?? nowMs]));
      gone = new Set(names.filter((name) => nowMs - (sinceMs.get(name) ?? nowMs) >= waitMs));
      return gone;
    },
    againMs() {
      const open = [...sinceMs].filter(([name]) => !gone.has(name)).map(([, since]) => since);
      return open.length === 0 ? null : Math.max(0, Math.min(...open) + waitMs - now());
    },
  };
}
