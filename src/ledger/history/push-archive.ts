// Puts a history into a repo of its own before it is shortened. Guarantees that it is there: the branch was listed afterwards, whatever the push answered
// (R5), and that nothing there is overwritten. A repo that has lanes of a fleet is no archive.
import { rmSync } from 'node:fs';
import type { Archive } from '../../core/model/ledger/shortening.ts';
import { CoordError } from '../../errors.ts';
import type { CloneSession } from '../clone/clone-session.ts';
import { listRefs } from '../fetch/list-refs.ts';
import { branchRef, kindOfRef, mustBeBoardBranch } from '../fetch/ref-names.ts';
import { type GitHome, openGitHome } from '../git/git-home.ts';
import { runGit } from '../git/run-git.ts';
import { inHistoryScratch } from '../git/scratch-folder.ts';
import { PUSH } from '../push/push-refs.ts';
import { readPushReport } from '../push/push-report.ts';

interface ArchiveQuestion extends Archive {
  readonly tip: string;
  readonly timeoutMs: number;
  /** Whose login is used. */
  readonly person: Readonly<NodeJS.ProcessEnv>;
}

const LIST_MS = 60_000;

/** Throws UNREACHABLE where it is not known to be there, and REFUSED where that repo does not take it. */
export function pushArchive(
  { clone, home: own }: Pick<CloneSession, 'clone' | 'home'>,
  question: ArchiveQuestion,
): Promise<void> {
  const { url, branch, tip, timeoutMs, person } = question;
  const ref = branchRef(mustBeBoardBranch(branch));
  // Settings of its own: those of the fleet's remote know that address alone.
  return inHistoryScratch(own.stateDir, async (stateDir) => {
    const home = await openGitHome({ stateDir, remoteUrl: url, person });
    const { url: address, display } = home.remote;
    const before = await refsOf(home);
    if ([...before.keys()].some(isLane))
      throw refused(`there is a fleet in ${display}: expected a repo of its own for the old history`);
    if (before.get(ref) === tip) return;
    const args = [...PUSH, '--', address, `${tip}:${ref}`];
    const report = readPushReport(await runGit({ gitDir: clone.gitDir, args, environment: home.environment, timeoutMs }), [ref]);
    if ((await refsOf(home)).get(ref) === tip) return;
    if (report.kind === 'unknown') throw unreached(display, report.trouble.message);
    const outcome = report.refs.get(ref);
    throw refused(`the archive ${display} did not take ${branch} (${outcome?.kind === 'refused' ? outcome.detail : 'it moved'})`);
  });
}

/** What cannot be listed or removed stays. */
export function dropArchived(
  { clone, home: own }: Pick<CloneSession, 'clone' | 'home'>,
  files: readonly string[],
  { url, person, timeoutMs }: Pick<ArchiveQuestion, 'url' | 'person' | 'timeoutMs'>,
): Promise<readonly string[]> {
  return inHistoryScratch(own.stateDir, async (stateDir) => {
    const listed = await listRefs(await openGitHome({ stateDir, remoteUrl: url, person }), LIST_MS);
    if (listed.kind === 'unreachable') return [];
    const there = [...listed.refs].flatMap(([ref, tip]) => (ref.startsWith('refs/heads/') ? [tip] : []));
    // A bundle of a try that ended early lies below what was archived later; what this clone cannot tell stays.
    const isArchived = async (tip: string) => {
      if (there.includes(tip)) return true;
      for (const newer of there)
        if ((await clone.run(['merge-base', '--is-ancestor', tip, newer], timeoutMs)).exitCode === 0) return true;
      return false;
    };
    const dropped: string[] = [];
    for (const path of files) {
      const { exitCode, stdout } = await clone.run(['bundle', 'list-heads', path], timeoutMs);
      const tips = stdout.toString('latin1').match(/^[0-9a-f]{40,64}(?= )/gm) ?? [];
      const told = await Promise.all(tips.map(isArchived));
      if (exitCode !== 0 || told.length === 0 || told.includes(false)) continue;
      rmSync(path, { force: true });
      dropped.push(path);
    }
    return dropped;
  });
}

function isLane(ref: string): boolean {
  return (['custom', 'branches'] as const).some((namespace) => {
    const kind = kindOfRef(namespace, ref);
    return kind !== null && 'lane' in kind;
  });
}

async function refsOf(home: GitHome): Promise<ReadonlyMap<string, string>> {
  const listed = await listRefs(home, LIST_MS);
  if (listed.kind === 'unreachable') throw unreached(home.remote.display, listed.trouble.message);
  return listed.refs;
}

function unreached(display: string, why: string): CoordError {
  return new CoordError('UNREACHABLE', `the archive ${display} was not reached, so nothing was changed: ${why}`, 'coord compact');
}

function refused(why: string): CoordError {
  return new CoordError('REFUSED', `${why}; nothing was changed`, 'coord compact --archive <url>');
}
