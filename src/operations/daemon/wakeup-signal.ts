// Lets a daemon wait, and wakes it. A signal that comes while it works is heard at its next wait.
import type { Wake } from './wakes.ts';

export interface WakeupSignal {
  raise(why: Wake): void;
  /** Why it was raised, or `look` after so long. */
  wait(timeoutMs: number): Promise<Wake>;
}

/** What is heard first of several that came meanwhile: a sync does for all others. */
const RANK: readonly Wake[] = ['stop', 'asked', 'woke', 'network', 'told', 'saved', 'run', 'journal'];

export function createWakeupSignal(): WakeupSignal {
  const raised = new Set<Wake>();
  let wake: (() => void) | null = null;
  const heard = (): Wake | null => RANK.find((why) => raised.has(why)) ?? null;
  return {
    raise(why) {
      raised.add(why);
      wake?.();
    },
    async wait(timeoutMs) {
      if (raised.size === 0) {
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
      raised.clear();
      // A stop stays one.
      if (why === 'stop') raised.add(why);
      return why;
    },
  };
}
