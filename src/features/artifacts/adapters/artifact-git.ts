// Git for artifacts, in repositories of its own: what other machines put at their refs never comes into the clone that a cycle rests on. Nothing is
// checked out, no hook runs, and of what was fetched blobs alone are read, by their ids.
import { isHealthy } from '../../../ledger/clone/clone.ts';
import { parseLsRemote } from '../../../ledger/fetch/fetch-head.ts';
import { type GitHome, openGitHome } from '../../../ledger/git/git-home.ts';
import { type GitCall, type GitResult, runGit } from '../../../ledger/git/run-git.ts';
import { troubleOf } from '../../../ledger/git/trouble.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import type { Identity } from '../../../system/fleet/identity-file.ts';
import { STAMP } from '../../../system/process/process-table.ts';

export interface ArtifactGit {
  readonly home: GitHome;
  /** The address as git gets it. */
  readonly url: string;
  run(gitDir: string | null, args: readonly string[], more?: Partial<GitCall>): Promise<GitResult>;
}

const LOCAL_MS = 60_000;

/** With the stamp of the person's environment, within a run: it ends with that. */
export async function openArtifactGit(
  folder: FleetFolder,
  identity: Identity,
  person: Readonly<NodeJS.ProcessEnv>,
): Promise<ArtifactGit> {
  const opened = await openGitHome({ stateDir: folder.state, remoteUrl: identity.remote, person });
  const { [STAMP]: key } = person;
  const home = key === undefined ? opened : { ...opened, environment: { ...opened.environment, [STAMP]: key } };
  const settings = [
    ...[`core.hooksPath=${home.hooksDir}`, 'core.fsmonitor=false', 'core.fsync=all', 'gc.auto=0', 'maintenance.auto=false'],
    ...['transfer.fsckObjects=true', 'transfer.bundleURI=false', 'fetch.recurseSubmodules=false', 'submodule.recurse=false'],
    ...['push.gpgSign=false', 'push.followTags=false', 'fetch.unpackLimit=1'],
  ].flatMap((setting) => ['-c', setting]);
  return {
    home,
    url: home.remote.url,
    run: (gitDir, args, more = {}) =>
      runGit({ gitDir, args: [...settings, ...args], environment: home.environment, timeoutMs: LOCAL_MS, ...more }),
  };
}

/** Makes the bare repository where there is none that can be used. False = it cannot be made. */
export async function ensureRepo(git: ArtifactGit, gitDir: string, format: string): Promise<boolean> {
  if (await isHealthy(gitDir)) return true;
  const made = await git.run(null, ['init', '--quiet', '--bare', `--object-format=${format}`, '--template=', '--', gitDir]);
  return made.exitCode === 0;
}

/** What the ref is at on the remote; null = there is no such ref. */
export async function idOnRemote(
  git: ArtifactGit,
  ref: string,
  networkMs: number,
): Promise<{ readonly id: string | null } | { readonly why: string }> {
  const listed = await git.run(null, ['ls-remote', '--', git.url, ref], { timeoutMs: networkMs });
  if (listed.exitCode !== 0 || listed.timedOut) return { why: troubleOf(listed).message };
  return { id: parseLsRemote(listed.stdout.toString('utf8')).refs.get(ref) ?? null };
}
