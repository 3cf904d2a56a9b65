// Main's history as it can be told. Of a shortened one (R3b) the oldest commit that stayed brought nothing: all that stood there came with commits that
// are gone, so it is nobody's doing and is left out.
import type { HistoryQuestion, MainHistory } from '../../core/model/ledger/main-history.ts';
import type { HistoryShortener } from '../../core/model/ledger/shortening.ts';
import { type Compaction, readCompaction } from '../../documents/machine/compaction-message.ts';
import type { Ledger } from '../../ports.ts';

interface ToldHistory {
  readonly history: MainHistory;
  /** Where what came before is kept, as far as anybody said; null = the history goes back as far as was asked, or to main's first commit. */
  readonly shortened: Pick<Compaction, 'before' | 'bundle' | 'archive'> | null;
}

export async function toldHistory(ledger: Ledger & HistoryShortener, question: HistoryQuestion): Promise<ToldHistory> {
  const history = await ledger.history(question);
  const last = history.commits.at(-1)?.isRoot === true ? await ledger.lastShortening(null) : null;
  if (last === null) return { history, shortened: null };
  const commits = history.commits.slice(0, -1);
  return { history: { ...history, commits }, shortened: readCompaction(last.message) ?? NOBODY_SAID };
}

/** Somebody shortened it by other means. */
const NOBODY_SAID = { before: '', bundle: '' };
