// A clone that has grown large keeps the newest part of the history alone (C5a), as one has it that begins now.
import type { Clone } from '../clone/clone.ts';
import { addGivenUp } from '../clone/given-up.ts';
import type { LedgerTimeouts } from '../ledger-options.ts';
import { askFor, cameNote, cameWhole, type Rest, writtenMs } from './rest-of-history.ts';

/** So long a rest that was fetched stays: what reached for it may do so again. */
const REST_KEPT_MS = 30 * 86_400_000;

/** `partCommits`: of each history. `view`: what is looked at for its length; `all`: what is cut. */
interface Cut {
  readonly view: Rest;
  readonly all: Rest;
  readonly partCommits: number;
}

/**
 * What comes before the newest commits is not of the clone any more, so that packing drops it. One connection; no ref moves. False = it stays: no
 * history of the view is twice as long, a rest was fetched lately, or the remote did not answer.
 */
export async function cutToPart(clone: Clone, { view, all, partCommits }: Cut, times: LedgerTimeouts): Promise<boolean> {
  if (view.tips.length === 0 || Math.abs(Date.now() - writtenMs(cameNote(clone))) < REST_KEPT_MS) return false;
  const longest = 2 * partCommits;
  const counted = await clone.run(['rev-list', '--count', `--max-count=${longest + 1}`, ...view.tips, '--'], times.localMs);
  if (counted.exitCode !== 0 || Number(counted.stdout.toString('latin1')) <= longest) return false;
  const before = await reachedBytes(clone, times);
  if (!cameWhole(await askFor(clone, `--depth=${partCommits}`, all.refs, times))) return false;
  const after = await reachedBytes(clone, times);
  if (before !== null && after !== null) addGivenUp(clone, before - after);
  return true;
}

/** Of all that its refs lead to, as it is packed; null = nobody can tell. */
async function reachedBytes(clone: Clone, times: LedgerTimeouts): Promise<number | null> {
  const result = await clone.run(['rev-list', '--all', '--objects', '--disk-usage'], times.wholeMs);
  return result.exitCode === 0 ? Number(result.stdout.toString('latin1')) : null;
}
