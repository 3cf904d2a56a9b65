// Puts back a main that is gone, as it was seen last. Create-only, so that a main which exists by now stays. Of a history that the clone has in part alone
// (C5a), hosts take that part only as a whole one: it is put back as a history that was shortened there (R3b), which every machine takes as leading on.
import type { Restored } from '../../core/model/ledger/push.ts';
import { REMOTE } from '../clone/clone.ts';
import type { CloneSession } from '../clone/clone-session.ts';
import { isObjectId } from '../fetch/ref-names.ts';
import { cutsBelow } from '../fetch/rest-of-history.ts';
import { gitLines, type HistorySession } from '../history/continues.ts';
import { replayHistory, type Said } from '../history/replay.ts';
import { PUSH } from './push-refs.ts';
import { readPushReport } from './push-report.ts';

/** `localMs`: limit for the check that all its objects are here. */
export async function restoreMain(
  { clone, reader }: Pick<CloneSession, 'clone' | 'reader'>,
  {
    mainRef,
    commit,
    localMs,
    networkMs,
    said,
  }: { mainRef: string; commit: string; localMs: number; networkMs: number; said: Said },
): Promise<Restored> {
  if (!isObjectId(commit) || (await reader.info(commit))?.type !== 'commit') return { kind: 'missing' };
  const whole = await clone.run(['rev-list', '--quiet', '--objects', commit], localMs);
  if (whole.exitCode !== 0 && !whole.timedOut) return { kind: 'missing' };
  const session = { clone, reader, timeoutMs: localMs };
  const isPart = (await cutsBelow(clone, commit, localMs)).length > 0;
  const tip = isPart ? await replayHistory(session, { tip: commit, cut: await oldestHere(session, commit) }, said) : commit;
  const result = await clone.run([...PUSH, `--force-with-lease=${mainRef}:`, '--', REMOTE, `${tip}:${mainRef}`], networkMs);
  const report = readPushReport(result, [mainRef]);
  if (report.kind === 'unknown') return report;
  const outcome = report.refs.get(mainRef);
  if (isPart && outcome?.kind === 'accepted') return { kind: 'accepted in part' };
  return outcome ?? { kind: 'unknown', trouble: { code: 'UNKNOWN', message: 'no answer for main' } };
}

async function oldestHere(session: HistorySession, tip: string): Promise<string> {
  return (await gitLines(session, ['log', '--first-parent', '--format=%H', tip, '--'])).at(-1) ?? tip;
}
