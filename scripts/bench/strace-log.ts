// The programs that a process under strace started, between two looks.
import { readFileSync } from 'node:fs';
import { startedIn } from './proc.ts';

export interface Execs {
  /** Since it was asked last; null = nobody notes them. */
  take(): readonly string[] | null;
}

export function execsFrom(log: string | null): Execs {
  let taken = 0;
  return {
    take() {
      if (log === null) return null;
      const text = readFileSync(log, 'latin1');
      const whole = text.slice(taken, text.lastIndexOf('\n') + 1);
      taken += whole.length;
      return startedIn(whole);
    },
  };
}
