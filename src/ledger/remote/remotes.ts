// Questions of init and join to a remote, over git: which fleet is there, and where lanes may be. Each is asked once.
import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { simpleGit } from 'simple-git';
import { CoordError } from '../../errors.ts';
import type { ReachedRemote, Remotes } from '../../operations/sync/dependencies.ts';
import { parseRemoteUrl } from '../../system/git/remote-url.ts';
import { withoutCredentials } from '../../system/git/without-credentials.ts';
import { importPersonSettings, openGitHome } from '../git/git-home.ts';
import { inspectRemote, probeNamespace } from './remote-probe.ts';

export function createRemotes(person: NodeJS.ProcessEnv, cwd: string): Remotes {
  const homeOf = (stateDir: string, remoteUrl: string) => openGitHome({ stateDir, remoteUrl, person });
  return {
    async parse(given) {
      const { url, display } = parseRemoteUrl(given, { cwd, home: person.HOME ?? homedir() });
      return { url, display };
    },
    async importSettings(state) {
      return (await importPersonSettings(state, person)).lines;
    },
    async inspect(state, url) {
      return inspectRemote(await homeOf(state, url));
    },
    async namespaceFor(state, url, sight: ReachedRemote) {
      if (sight.namespace !== null) return sight.namespace;
      const answer = await probeNamespace(await homeOf(state, url), sight.objectFormat);
      if (typeof answer === 'string') return answer;
      const shown = withoutCredentials(url);
      if (answer.kind === 'unreachable')
        throw new CoordError('UNREACHABLE', `${shown} did not answer a push: ${answer.trouble.message}`, null);
      throw new CoordError(
        'REFUSED',
        `${shown} takes no push of coord's refs, neither refs/coord/… nor branches coord-lanes/…: ${answer.detail}`,
        null,
      );
    },
    createHub: (path) => createBareRepo(path, person),
  };
}

const TIMEOUT_MS = 30_000;

/** Makes an empty bare repo whose first branch will be main. The error handler is there because simple-git takes a silent failure for a success. */
async function createBareRepo(path: string, person: NodeJS.ProcessEnv): Promise<void> {
  mkdirSync(path, { recursive: true });
  const git = simpleGit({
    baseDir: path,
    timeout: { block: TIMEOUT_MS },
    // For the empty template below: a person's own template would put hooks into the hub.
    unsafe: { allowUnsafeTemplateDir: true },
    errors: (error, result) => error ?? (result.exitCode === 0 ? undefined : new Error(`git exited with ${result.exitCode}`)),
  }).env({ PATH: person.PATH ?? '/usr/bin:/bin', HOME: person.HOME ?? '/', LC_ALL: 'C' });
  try {
    await git.raw(['init', '--quiet', '--bare', '--template=', '--initial-branch=main']);
  } catch (error) {
    const found = error instanceof Error ? error.message.trim() : String(error);
    throw new CoordError('GIT', `no repo could be made at ${path}: ${found}`, null, { cause: error });
  }
}
