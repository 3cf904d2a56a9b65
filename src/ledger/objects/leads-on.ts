// Does history lead from one commit to another? A "no" halts the machine (R3a). So if git cannot read the clone, its "no" does not count: that is
// damage.
import { CloneDamage } from '../clone/clone-damage.ts';
import type { CloneSession } from '../clone/clone-session.ts';
import { troubleOf } from '../git/trouble.ts';

/** Throws `CloneDamage` if the clone cannot tell. */
export async function leadsOn(
  { clone, reader }: Pick<CloneSession, 'clone' | 'reader'>,
  { older, newer, timeoutMs }: { readonly older: string; readonly newer: string; readonly timeoutMs: number },
): Promise<boolean> {
  const asked = await clone.run(['merge-base', '--is-ancestor', older, newer], timeoutMs);
  if (asked.exitCode === 0) return true;
  // If a commit between the two is missing, git 2.39 says "no" with exit code 1. A commit that is not here at all is no ancestor.
  const isNo = asked.exitCode === 1 || (!asked.timedOut && (await reader.info(older)) === null);
  const walked = isNo ? await clone.run(['rev-list', '--count', newer], timeoutMs) : asked;
  if (walked.exitCode !== 0) throw new CloneDamage(troubleOf(walked).message, false);
  return false;
}
