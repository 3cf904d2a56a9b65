// Can anybody read the remote? Tried as a stranger would: over HTTP, without login, settings or home folder, with only the person's network settings. If
// there is no address that a stranger could try, nothing is asked.
import { devNull } from 'node:os';
import type { Trouble } from '../../core/model/ledger/push.ts';
import type { RemoteUrl } from '../../system/git/remote-url.ts';
import { withoutCredentials } from '../../system/git/without-credentials.ts';
import { runGit } from '../git/run-git.ts';
import { inScratch } from '../git/scratch-folder.ts';
import { troubleOf } from '../git/trouble.ts';

export type StrangerSight =
  | { readonly kind: 'no way' }
  | { readonly kind: 'readable' | 'closed'; readonly address: string }
  | { readonly kind: 'unclear'; readonly address: string; readonly trouble: Trouble };

/** Hosts that show the same repository at `https://host/path`. */
const PUBLIC_HOSTS = ['github.com', 'gitlab.com', 'codeberg.org', 'bitbucket.org'];

const WAY_TO_THE_NETWORK = [
  ...['PATH', 'TMPDIR', 'http_proxy', 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY', 'no_proxy', 'NO_PROXY'],
  ...['SSL_CERT_FILE', 'SSL_CERT_DIR', 'CURL_CA_BUNDLE', 'GIT_SSL_CAINFO', 'GIT_SSL_CAPATH', 'SYSTEMROOT', 'SystemRoot'],
];

/** The address that a stranger would try; null = none: a folder, or ssh on an unknown host. */
export function strangersAddress(remote: Pick<RemoteUrl, 'kind' | 'url'>): string | null {
  if (remote.kind === 'https' || remote.kind === 'http') return withoutCredentials(remote.url);
  if (remote.kind !== 'ssh') return null;
  const [, host = '', path = ''] =
    /^(?:(?:git\+)?ssh(?:\+git)?:\/\/)?(?:[^/@]+@)?([^/:@]+)(?::\d+)?[/:]\/?(.+)$/i.exec(remote.url) ?? [];
  return PUBLIC_HOSTS.includes(host.toLowerCase()) ? `https://${host.toLowerCase()}/${path}` : null;
}

/** One connection, or none. */
export async function readAsStranger(remote: RemoteUrl, person: NodeJS.ProcessEnv, timeoutMs: number): Promise<StrangerSight> {
  const address = strangersAddress(remote);
  if (address === null) return { kind: 'no way' };
  return inScratch(async (folder) => {
    const environment = {
      ...Object.fromEntries(WAY_TO_THE_NETWORK.flatMap((name) => (person[name] === undefined ? [] : [[name, person[name]]]))),
      HOME: folder,
      XDG_CONFIG_HOME: folder,
      LC_ALL: 'C',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: devNull,
      GIT_TERMINAL_PROMPT: '0',
      GIT_ASKPASS: '',
      GCM_INTERACTIVE: 'never',
      GIT_ALLOW_PROTOCOL: 'http:https',
    };
    const args = ['-c', 'credential.helper=', 'ls-remote', '--', address, 'HEAD'];
    const result = await runGit({ gitDir: null, args, environment, timeoutMs });
    if (result.exitCode === 0 && !result.timedOut) return { kind: 'readable', address };
    const trouble = troubleOf(result);
    const isClosed = trouble.code === 'AUTHENTICATION' || trouble.code === 'NOT_FOUND';
    return isClosed ? { kind: 'closed', address } : { kind: 'unclear', address, trouble };
  });
}
