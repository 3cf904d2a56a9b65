// The environment of every git call, built from nothing. Guarantees that no hooks, prompts, system settings or other GIT_* variables reach it. Lets
// through what credential helpers, ssh, proxies and certificate stores need.
import { existsSync } from 'node:fs';
import { GIT_VARIABLES } from '../../system/git/git-variables.ts';
import { type Protocol, parseRemoteUrl, protocolOf, type RemoteUrl } from '../../system/git/remote-url.ts';
import type { Setting } from './person-settings.ts';

/** No questions, ten seconds to connect, fifteen seconds of silence. Options before these win in OpenSSH. */
const SSH_OPTIONS = '-o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=5 -o ServerAliveCountMax=3';

/** For an ssh that is not told to ask nothing. A Mac has it in the second place. */
const NO_ANSWER = ['/bin/false', '/usr/bin/false'].find((path) => existsSync(path)) ?? 'false';

/** The ssh command with coord's limits added; null = left to git and the person's settings. */
export function sshCommandFor(person: Readonly<NodeJS.ProcessEnv>, imported: readonly Setting[]): string | null {
  const own = person.GIT_SSH_COMMAND || imported.findLast(([key]) => key === 'core.sshcommand')?.[1];
  if (!own) return person.GIT_SSH ? null : `ssh ${SSH_OPTIONS}`;
  const executable = /^\s*(?:"([^"]+)"|'([^']+)'|(\S+))/.exec(own);
  const name = (executable?.[1] ?? executable?.[2] ?? executable?.[3] ?? '').split(/[\\/]/).at(-1);
  // Another program (plink, a wrapper) or a shell construct may not accept OpenSSH's options at its end.
  const takesOptions = (name === 'ssh' || name === 'ssh.exe') && !/[;&|<>#\n`]|\$\(|\$[@*]/.test(own);
  return takesOptions ? `${own} ${SSH_OPTIONS}` : own;
}

/** The address that git will use: the person's `insteadOf` and `pushInsteadOf` applied, longest match first. */
function rewrittenUrls(url: string, imported: readonly Setting[]): string[] {
  return ['insteadof', 'pushinsteadof'].map((variable) => {
    let longest = '';
    let base = '';
    for (const [key, prefix] of imported) {
      if (!key.startsWith('url.') || !key.endsWith(`.${variable}`) || !prefix || !url.startsWith(prefix)) continue;
      if (prefix.length > longest.length) [longest, base] = [prefix, key.slice(4, -variable.length - 1)];
    }
    return base + url.slice(longest.length);
  });
}

function allowedProtocols(remote: RemoteUrl, imported: readonly Setting[]): string {
  const allowed = new Set<Protocol>(['https', 'ssh', protocolOf(remote)]);
  for (const url of rewrittenUrls(remote.url, imported)) allowed.add(protocolOf(parseRemoteUrl(url, { cwd: '/', home: '/' })));
  return [...allowed].sort().join(':');
}

/** The whole environment for calls about one remote. */
export function gitEnvironment(options: {
  readonly person: Readonly<NodeJS.ProcessEnv>;
  readonly configPath: string;
  readonly remote: RemoteUrl;
  readonly imported: readonly Setting[];
}): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const name of GIT_VARIABLES) {
    const value = options.person[name];
    if (value !== undefined) environment[name] = value;
  }
  const sshCommand = sshCommandFor(options.person, options.imported);
  return {
    ...environment,
    ...(sshCommand === null ? {} : { GIT_SSH_COMMAND: sshCommand }),
    LC_ALL: 'C',
    LANGUAGE: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: options.configPath,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    // Nothing: then git starts none, whatever the settings name.
    GIT_ASKPASS: '',
    SSH_ASKPASS: NO_ANSWER,
    GCM_INTERACTIVE: 'never',
    GIT_ALLOW_PROTOCOL: allowedProtocols(options.remote, options.imported),
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
  };
}
