// Questions of init and join to a remote, over git: which fleet is there, and where lanes may be. Each is asked once.
import { homedir } from 'node:os';
import { CoordError } from '../../errors.ts';
import type { ReachedRemote, Remotes } from '../../operations/sync/dependencies.ts';
import { parseRemoteUrl } from '../../system/git/remote-url.ts';
import { withoutCredentials } from '../../system/git/without-credentials.ts';
import { importPersonSettings, openGitHome } from '../git/git-home.ts';
import { createBareRepo } from '../git/set-up-git.ts';
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
