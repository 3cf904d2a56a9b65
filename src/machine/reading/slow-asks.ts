// Questions to a git that may be too slow for them: then each is asked again ever less often, so that it does not hold up each cycle (R5.3).
import type { JournalState } from '../../core/model/ledger/journal.ts';
import { isOver } from '../../core/presence/elapsed.ts';
import { isTooSlow } from '../../errors.ts';
import type { Machine } from '../context.ts';

const FIRST_REST_MS = 120_000;
const REST_MS_MAX = 6 * 3_600_000;

export interface SlowAsks {
  /** Null = git is too slow for it now. */
  of<T>(commit: string, ask: () => Promise<T>): Promise<T | null>;
  /** The state with what it was too slow for. */
  noted(state: JournalState): JournalState;
}

/** For one cycle. */
export function slowAsks({ clock }: Pick<Machine, 'clock'>, { slowCommits = {} }: JournalState): SlowAsks {
  const slow = new Map<string, NonNullable<JournalState['slowCommits']>[string]>();
  return {
    async of(commit, ask) {
      const before = slowCommits[commit];
      if (before !== undefined) slow.set(commit, before);
      const { times, at } = before ?? { times: 0, at: clock.now() };
      if (times > 0 && !isOver(at, clock.now(), Math.min(FIRST_REST_MS * 2 ** (times - 1), REST_MS_MAX))) return null;
      try {
        const answer = await ask();
        slow.delete(commit);
        return answer;
      } catch (error) {
        if (!isTooSlow(error)) throw error;
        slow.set(commit, { times: times + 1, at: clock.now() });
        return null;
      }
    },
    noted({ slowCommits: _before, ...state }) {
      return slow.size === 0 ? state : { ...state, slowCommits: Object.fromEntries(slow) };
    },
  };
}
