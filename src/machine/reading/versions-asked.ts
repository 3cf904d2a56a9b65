// Versions of people's documents, asked of a git that may be too slow for them: then it is asked again ever less often, so that it does not hold up each
// cycle (R5.3).
import type { JournalState } from '../../core/model/ledger/journal.ts';
import { isOver } from '../../core/presence/elapsed.ts';
import { isTooSlow } from '../../errors.ts';
import type { Machine } from '../context.ts';

const FIRST_REST_MS = 120_000;
const REST_MS_MAX = 6 * 3_600_000;

export interface AskedVersions {
  /** Null = git is too slow for them now. */
  of(path: string, countMax: number): Promise<readonly string[] | null>;
  /** The state with what it was too slow for. */
  noted(state: JournalState): JournalState;
}

/** For one cycle, which asks no question twice. */
export function askedVersions(
  { ledger, clock }: Pick<Machine, 'ledger' | 'clock'>,
  { slowVersions = {} }: JournalState,
): AskedVersions {
  const slow = new Map(Object.entries(slowVersions));
  const answers = new Map<string, Promise<readonly string[] | null>>();
  const ask = async (key: string, path: string, countMax: number) => {
    const { times, at } = slow.get(key) ?? { times: 0, at: clock.now() };
    if (times > 0 && !isOver(at, clock.now(), Math.min(FIRST_REST_MS * 2 ** (times - 1), REST_MS_MAX))) return null;
    try {
      const versions = await ledger.versions(path, countMax);
      slow.delete(key);
      return versions;
    } catch (error) {
      if (!isTooSlow(error)) throw error;
      slow.set(key, { times: times + 1, at: clock.now() });
      return null;
    }
  };
  return {
    of(path, countMax) {
      const key = `${countMax} ${path}`;
      const answer = answers.get(key) ?? ask(key, path, countMax);
      answers.set(key, answer);
      return answer;
    },
    noted({ slowVersions: _before, ...state }) {
      return slow.size === 0 ? state : { ...state, slowVersions: Object.fromEntries(slow) };
    },
  };
}
