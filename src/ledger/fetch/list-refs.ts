// The remote's refs, listed without the clone, which may be damaged. No objects are sent. What answers must be a host of git: git takes a page of one line,
// such as a login page or a captive portal, for a repo without refs.
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

const NO_HOST = 'what answers there is no git host: a login page perhaps, or a proxy';
/** As git shows each packet of its own protocol; a page has none. */
const PACKET = /^[^\n]* packet: [^\n]*\n?/gm;

/** One connection. */
export async function listRefs(home: GitHome, timeoutMs: number): Promise<ListedRefs> {
  const args = ['ls-remote', '--symref', '--', home.remote.url];
  const isHttp = /^https?:/i.test(home.remote.url);
  const environment = { ...home.environment, ...(isHttp ? { GIT_TRACE_PACKET: '1' } : {}) };
  const result = await runGit({ gitDir: null, args, environment, timeoutMs });
  const stderr = result.stderr.replaceAll(PACKET, '');
  if (result.exitCode !== 0 || result.timedOut) return { kind: 'unreachable', trouble: troubleOf({ ...result, stderr }) };
  const listed = parseLsRemote(result.stdout.toString('utf8'));
  if (isHttp && listed.refs.size === 0 && stderr === result.stderr)
    return { kind: 'unreachable', trouble: { code: 'NETWORK', message: NO_HOST } };
  return { kind: 'listed', ...listed };
}
