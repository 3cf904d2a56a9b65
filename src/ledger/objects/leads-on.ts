// Does history lead from one commit to another? A "no" halts the machine (R3a), so it is never what git says where it cannot read the
// clone: then that is damage.
import { CloneDamage } from '../clone/clone-damage.ts';
import type { CloneSession } from '../clone/clone-session.ts';
import { troubleOf } from '../git/trouble.ts';

/** Throws `CloneDamage` where the clone does not tell. */
export async function leadsOn(
  { clone, reader }: Pick<CloneSession, 'clone' | 'reader'>,
  { older, newer, timeoutMs }: { readonly older: string; readonly newer: string; readonly timeoutMs: number },
): Promise<boolean> {
  const asked = await clone.run(['merge-base', '--is-ancestor', older, newer], timeoutMs);
  if (asked.exitCode === 0) return true;
  // A commit between the two that is missing makes a "no" of git 2.39, with exit code 1; one that is not here at all is no ancestor.
  const isNo = asked.exitCode === 1 || (!asked.timedOut && (await reader.info(older)) === null);
  const walked = isNo ? await clone.run(['rev-list', '--count', newer], timeoutMs) : asked;
  if (walked.exitCode !== 0) throw new CloneDamage(troubleOf(walked).message, false);
  return false;
}
