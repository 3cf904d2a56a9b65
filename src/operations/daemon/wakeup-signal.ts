// Lets a daemon wait, and wakes it. A signal that comes while it works is heard at its next wait.
import type { Wake } from './wakes.ts';

export interface Bell {
  ring(why: Wake): void;
  /** Why it rang, or `look` after so long. */
  wait(timeoutMs: number): Promise<Wake>;
}

/** What is heard first of several that rang meanwhile: a sync does for all others. */
const RANK: readonly Wake[] = ['stop', 'asked', 'woke', 'network', 'saved', 'run', 'journal'];

export function createBell(): Bell {
  const rung = new Set<Wake>();
  let wake: (() => void) | null = null;
  const heard = (): Wake | null => RANK.find((why) => rung.has(why)) ?? null;
  return {
    ring(why) {
      rung.add(why);
      wake?.();
    },
    async wait(timeoutMs) {
      if (rung.size === 0) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, timeoutMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
        wake = null;
      }
      const why = heard() ?? 'look';
      rung.clear();
      // A stop stays one.
      if (why === 'stop') rung.add(why);
      return why;
    },
  };
}
