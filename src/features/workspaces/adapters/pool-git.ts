// Runs git for the pool: without anybody's hooks, prompts or settings but those that it takes to log in, and with the run's stamp, so that
// it ends with the run. Settings that a run may have put into a repository are overwritten first.
import { CoordError } from '../../../errors.ts';
import { type GitHome, importPersonSettings, openGitHome } from '../../../ledger/git/git-home.ts';
import { type GitResult, runGit } from '../../../ledger/git/run-git.ts';
import { troubleOf } from '../../../ledger/git/trouble.ts';
import { STAMP } from '../../../system/process/process-table.ts';
import { GitDiskError } from './full-disk.ts';

export interface PoolGit {
  /** To its end, whatever that is. */
  try(args: readonly string[], at?: GitAt): Promise<GitResult>;
  /** Standard output of one that must go well; throws what went wrong. */
  run(args: readonly string[], at?: GitAt): Promise<string>;
}

export interface GitAt {
  /** Absent = a command that needs none. */
  readonly gitDir?: string;
  readonly workTree?: string;
  readonly index?: string;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdoutBytesMax?: number;
}

/** The deadline of the run ends it before; no timer is longer than 24 days. */
const TIMEOUT_MS = 20 * 24 * 3_600_000;

/** `fresh`: the person's settings are read anew; only under the lock of the mirror. */
export async function openPoolGit(
  { repoFolder, url, person, key }: { repoFolder: string; url: string; person: Readonly<Record<string, string>>; key: string },
  fresh: boolean,
): Promise<PoolGit> {
  if (fresh) await importPersonSettings(repoFolder, person);
  const home = await openGitHome({ stateDir: repoFolder, remoteUrl: url, person });
  const safe = safeSettings(home);
  const tryIt = ({ gitDir, workTree, index, input, env, stdoutBytesMax }: GitAt, args: readonly string[]) =>
    runGit({
      gitDir: gitDir ?? null,
      // Git marks what changed in the second of its checkout whenever it writes an index, but only where it is called within the files.
      args: [...(workTree === undefined ? [] : ['-C', workTree]), ...safe, ...args],
      environment: {
        ...home.environment,
        [STAMP]: key,
        ...(workTree === undefined ? {} : { GIT_WORK_TREE: workTree }),
        ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
        ...env,
      },
      ...(input === undefined ? {} : { input }),
      ...(stdoutBytesMax === undefined ? {} : { stdoutBytesMax }),
      timeoutMs: TIMEOUT_MS,
    });
  return {
    try: (args, at = {}) => tryIt(at, args),
    async run(args, at = {}) {
      const result = await tryIt(at, args);
      if (result.exitCode === 0) return result.stdout.toString('utf8');
      const { code, message } = troubleOf(result);
      const what = `git ${args.find((word) => !word.startsWith('-'))}: ${message}`;
      throw code === 'DISK' ? new GitDiskError(what, repoFolder) : new CoordError('GIT', what);
    },
  };
}

/** Whether commits of theirs would bear a name; asked as the run's own git would. */
export async function hasName(person: Readonly<Record<string, string>>): Promise<boolean> {
  const args = ['config', '--includes', '--get', 'user.email'];
  return (await runGit({ gitDir: null, args, environment: person, timeoutMs: 10_000 })).exitCode === 0;
}

/** In front of every command: they win over what any repository says. */
function safeSettings({ hooksDir }: GitHome): string[] {
  const settings = [
    `core.hooksPath=${hooksDir}`,
    'core.fsmonitor=false',
    'core.untrackedCache=false',
    'core.attributesFile=/dev/null',
    'core.excludesFile=/dev/null',
    'gc.auto=0',
    // What is fetched stays a pack: it is measured, and packed together with others later.
    'fetch.unpackLimit=1',
    'maintenance.auto=false',
    'commit.gpgSign=false',
    'push.gpgSign=false',
    'push.recurseSubmodules=no',
    'submodule.recurse=false',
    'fetch.recurseSubmodules=false',
    'protocol.ext.allow=never',
    'advice.addEmbeddedRepo=false',
  ];
  return settings.flatMap((setting) => ['-c', setting]);
}
