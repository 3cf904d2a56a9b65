// Pushes the commit of a run as a branch of its repo, which is created and never moved. If the answer to a push was lost, the branch is
// looked at first (R5): the same commit is success, another one is somebody else's.
import { setTimeout as sleep } from 'node:timers/promises';
import { hostPages, webPage } from '../../../core/base/host-pages.ts';
import { shellWord } from '../../../core/base/shell-word.ts';
import { CoordError } from '../../../errors.ts';
import { troubleOf } from '../../../ledger/git/trouble.ts';
import type { PoolGit } from './pool-git.ts';

export interface Pushed {
  readonly branch: string;
  /** The branch that it should have been is somebody else's. */
  readonly isOther: boolean;
}

const PAUSES_MS = [2_000, 10_000];

export interface ToPush {
  readonly gitDir: string;
  readonly url: string;
  readonly commit: string;
  readonly branch: string;
  readonly machine: string;
}

/** Throws why it is not there; REFUSED = a person has to help. */
export async function pushBranch(git: PoolGit, what: ToPush): Promise<Pushed> {
  if (await isThere(git, what)) return { branch: what.branch, isOther: false };
  const branch = `${what.branch}-${what.commit.slice(0, 8)}`;
  if (await isThere(git, { ...what, branch })) return { branch, isOther: true };
  throw new CoordError('FAILED', `${what.url} already has branches ${what.branch} and ${branch} from somebody else`);
}

/** False = another commit is there. */
async function isThere(git: PoolGit, { gitDir, url, commit, branch, machine }: ToPush): Promise<boolean> {
  const ref = `refs/heads/${branch}`;
  for (let turn = 0; ; turn += 1) {
    const result = await git.try(
      ['push', '--quiet', '--no-verify', `--force-with-lease=${ref}:`, '--end-of-options', url, `${commit}:${ref}`],
      { gitDir },
    );
    if (result.exitCode === 0) return true;
    const found = await shownThere(git, url, ref);
    if (found === commit) return true;
    if (found !== null && found !== '') return false;
    const { code, message } = troubleOf(result);
    if (code === 'AUTHENTICATION')
      throw new CoordError(
        'REFUSED',
        `${machine} may not push to ${url} (${message}); on ${machine}: git push ${shellWord(url)}`,
      );
    const pauseMs = PAUSES_MS[turn];
    if (pauseMs === undefined) throw new CoordError('FAILED', `${branch} could not be pushed to ${url}: ${message}`);
    await sleep(pauseMs);
  }
}

/** The commit; empty = no such branch, null = nobody answered. */
async function shownThere(git: PoolGit, url: string, ref: string): Promise<string | null> {
  const { exitCode, stdout } = await git.try(['ls-remote', '--end-of-options', url, ref]);
  return exitCode === 0 ? (stdout.toString('utf8').split('\t')[0]?.trim() ?? '') : null;
}

/** Where people look at a branch, on hosts that are known; null = nowhere. `fleetPage`: of the fleet's own repo. */
export function branchUrl(url: string, fleetPage: string | null, branch: string): string | null {
  return hostPages(webPage(url, fleetPage) ?? '')?.branch(branch) ?? null;
}
