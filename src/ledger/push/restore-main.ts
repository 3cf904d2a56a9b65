// Puts back a main that is gone, as it was seen last. Create-only, so that a main which exists by now stays.
import type { Restored } from '../../ports.ts';
import { REMOTE } from '../clone/clone.ts';
import type { CloneSession } from '../clone/clone-session.ts';
import { isObjectId } from '../fetch/ref-names.ts';
import { PUSH } from './push-refs.ts';
import { readPushReport } from './push-report.ts';

/** `localMs`: limit for the check that all its objects are here. */
export async function restoreMain(
  { clone, reader }: Pick<CloneSession, 'clone' | 'reader'>,
  { mainRef, commit, localMs, networkMs }: { mainRef: string; commit: string; localMs: number; networkMs: number },
): Promise<Restored> {
  if (!isObjectId(commit) || (await reader.info(commit))?.type !== 'commit') return { kind: 'missing' };
  const whole = await clone.run(['rev-list', '--quiet', '--objects', commit], localMs);
  if (whole.exitCode !== 0 && !whole.timedOut) return { kind: 'missing' };
  const result = await clone.run([...PUSH, `--force-with-lease=${mainRef}:`, '--', REMOTE, `${commit}:${mainRef}`], networkMs);
  const report = readPushReport(result, [mainRef]);
  if (report.kind === 'unknown') return report;
  return report.refs.get(mainRef) ?? { kind: 'unknown', trouble: { code: 'UNKNOWN', message: 'no answer for main' } };
}
