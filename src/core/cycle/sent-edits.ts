// R5: what a machine remembers of pushes that carried people's edits and were not answered. Each may have landed, whatever a later push was told: a
// mirror that lags shows main as it was before. Pure.
import type { JournalState, SentEdits } from '../model/ledger/journal.ts';

type Sent = Pick<JournalState, 'sentEdits' | 'sentBefore'>;

/** Earlier ones: each is looked for in each cycle. */
const BEFORE_MAX = 32;

/** Those that may have landed. */
export const unansweredEdits = ({ sentEdits, sentBefore = [] }: Sent): readonly SentEdits[] =>
  sentEdits === null ? sentBefore : [...sentBefore, sentEdits];

/** Before a push is sent. `next`: the edits that it carries; null = it carries none. */
export function withSent<T extends Sent>(state: T, next: SentEdits | null): T {
  const { sentEdits, sentBefore = [] } = state;
  if (sentEdits === null) return { ...state, sentEdits: next };
  return { ...state, sentEdits: next, sentBefore: [...sentBefore, sentEdits].slice(-BEFORE_MAX) };
}

/** The host refused main: what that push carried has not landed. Nothing is said of those before it. */
export const withRefusedEdits = <T extends Sent>(state: T): T => ({ ...state, sentEdits: null });

/** The host took main as it was built. Of earlier pushes, what that main did not have can land no more: each was for the main that it saw. */
export const withNoneUnanswered = <T extends Sent>(state: T): T => ({ ...state, sentEdits: null, sentBefore: [] });

/** They have landed. */
export function withoutEdits<T extends Sent>(state: T, landed: readonly string[]): T {
  const left = (sent: SentEdits): SentEdits[] => {
    const intentions = sent.intentions.filter((id) => !landed.includes(id));
    return intentions.length === 0 ? [] : [{ ...sent, intentions }];
  };
  const { sentEdits, sentBefore } = state;
  const last = sentEdits === null ? null : (left(sentEdits)[0] ?? null);
  return { ...state, sentEdits: last, ...(sentBefore === undefined ? {} : { sentBefore: sentBefore.flatMap(left) }) };
}
