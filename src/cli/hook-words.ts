// `coord hook` in the words of an agent: answered before any word is parsed, and by a program of its own (hook.ts), which must stay small.
import { afterFleet } from './fleet-words.ts';

export interface HookWords {
  readonly dir: string | undefined;
  readonly agent: string;
}

/**
 * `coord hook claude`, whatever else stands there: an agent takes some exit codes for an order to stop, so no mistake may end with one. A hook
 * has fleets of its own to speak for, so --fleet names none.
 */
export function hookWords(words: readonly string[]): HookWords | null {
  const { dir, rest } = afterFleet(words);
  if (rest[0] !== 'hook' || rest.includes('--help') || rest.includes('-h')) return null;
  return { dir, agent: rest.slice(1).join(' ') };
}
