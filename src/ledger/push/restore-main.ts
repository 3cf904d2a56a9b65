// Puts back a main that is gone, as it was seen last. Create-only, so that a main which exists by now stays. Of a history that the clone has in part alone
// (C5a), hosts take that part only as a whole one: it is put back as a history that was shortened there (R3b), which every machine takes as leading on.
import type { Restored, Trouble } from '../../core/model/ledger/push.ts';
import { REMOTE } from '../clone/clone.ts';
import type { CloneSession } from '../clone/clone-session.ts';
import { forgetGivenUp } from '../clone/given-up.ts';
import { listRefs } from '../fetch/list-refs.ts';
import { isObjectId, type Namespace } from '../fetch/ref-names.ts';
import { askForRest, cameWhole, cutsBelow, isLane, notFetched, wordsOf } from '../fetch/rest-of-history.ts';
import type { GitResult } from '../git/run-git.ts';
import { gitLines, type HistorySession } from '../history/continues.ts';
import { replayHistory, type Said } from '../history/replay.ts';
import type { LedgerTimeouts } from '../ledger-options.ts';
import { PUSH } from './push-refs.ts';
import { readPushReport } from './push-report.ts';

interface Restoring {
  readonly namespace: Namespace;
  readonly mainRef: string;
  readonly commit: string;
  readonly times: LedgerTimeouts;
  readonly said: Said;
}

/** So many lanes bring all that there is. */
const LANES_MAX = 128;

/** Throws UNREACHABLE where the rest of the history is on the remote, and could not be fetched. */
export async function restoreMain(session: CloneSession, restoring: Restoring): Promise<Restored> {
  const { clone, reader } = session;
  const { mainRef, commit, said, times } = restoring;
  if (!isObjectId(commit) || (await reader.info(commit))?.type !== 'commit') return { kind: 'missing' };
  const whole = await clone.run(['rev-list', '--quiet', '--objects', commit], times.wholeMs);
  if (whole.exitCode !== 0 && !whole.timedOut) return { kind: 'missing' };
  const trouble = await fetchFromLanes(session, restoring);
  if (trouble !== null) return { kind: 'unknown', trouble };
  const local = { clone, reader, timeoutMs: times.wholeMs };
  const isPart = (await cutsBelow(clone, commit, times.wholeMs)).length > 0;
  const tip = isPart ? await replayHistory(local, { tip: commit, cut: await oldestHere(local, commit) }, said) : commit;
  const lease = `--force-with-lease=${mainRef}:`;
  const result = await clone.run([...PUSH, lease, '--', REMOTE, `${tip}:${mainRef}`], times.restoreMs);
  const report = readPushReport(result, [mainRef]);
  if (report.kind === 'unknown') return report;
  const outcome = report.refs.get(mainRef);
  if (isPart && outcome?.kind === 'accepted') return { kind: 'accepted in part' };
  return outcome ?? { kind: 'unknown', trouble: { code: 'UNKNOWN', message: 'no answer for main' } };
}

/** The lanes hold the main that their machines saw, and all that came before it. Those that this machine knows are asked first. */
async function fetchFromLanes(session: CloneSession, { namespace, commit, times }: Restoring): Promise<Trouble | null> {
  const { clone, home, last } = session;
  const isWhole = async () => (await cutsBelow(clone, commit, times.wholeMs)).length === 0;
  if (await isWhole()) return null;
  const listed = await listRefs(home, times.networkMs);
  if (listed.kind === 'unreachable') return listed.trouble;
  const isNew = (ref: string) => Number(last?.refs.has(ref) !== true);
  const lanes = [...listed.refs.keys()].filter((ref) => isLane(namespace, ref)).sort((one, other) => isNew(one) - isNew(other));
  await fetchOfAny(lanes.slice(0, LANES_MAX), isWhole, (refs) => askForRest(clone, refs, times));
  if (await isWhole()) forgetGivenUp(clone);
  return null;
}

/**
 * R7: a lane that the remote cannot give is to blame itself, if another one came: it keeps none from being asked. Where none comes, or one takes too
 * long, nothing is known of what they hold: throws UNREACHABLE.
 */
async function fetchOfAny(
  lanes: readonly string[],
  isWhole: () => Promise<boolean>,
  ask: (refs: readonly string[]) => Promise<GitResult>,
): Promise<void> {
  if (lanes.length === 0) return;
  const first = await ask(lanes);
  if (cameWhole(first)) return;
  const mustAnswer = (result: GitResult) => {
    if (result.timedOut) throw notFetched(wordsOf(result), 'coord doctor --fix');
    return result;
  };
  // Each lane would take as long again.
  mustAnswer(first);
  const failed: string[] = [];
  for (const lane of lanes) {
    if (!cameWhole(mustAnswer(await ask([lane])))) failed.push(lane);
    else if (await isWhole()) return;
  }
  if (failed.length === lanes.length) throw notFetched(wordsOf(first), 'coord doctor --fix');
}

async function oldestHere(session: HistorySession, tip: string): Promise<string> {
  return (await gitLines(session, ['log', '--first-parent', '--format=%H', tip, '--'])).at(-1) ?? tip;
}
