// The remote's refs, listed without the clone, which may be damaged. No objects are sent.
import type { Trouble } from '../../core/model/ledger/push.ts';
import type { GitHome } from '../git/git-home.ts';
import { runGit } from '../git/run-git.ts';
import { troubleOf } from '../git/trouble.ts';
import { parseLsRemote } from './fetch-head.ts';

export type ListedRefs =
  | {
      readonly kind: 'listed';
      readonly refs: ReadonlyMap<string, string>;
      /** The full name of the ref that HEAD names; null = the remote does not tell. */
      readonly head: string | null;
    }
  | { readonly kind: 'unreachable'; readonly trouble: Trouble };

/** One connection. */
export async function listRefs(home: GitHome, timeoutMs: number): Promise<ListedRefs> {
  const args = ['ls-remote', '--symref', '--', home.remote.url];
  const result = await runGit({ gitDir: null, args, environment: home.environment, timeoutMs });
  if (result.exitCode !== 0 || result.timedOut) return { kind: 'unreachable', trouble: troubleOf(result) };
  return { kind: 'listed', ...parseLsRemote(result.stdout.toString('utf8')) };
}
