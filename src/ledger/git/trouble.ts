// Why a git command failed. Guarantees one line without credentials or control characters. The code is a guess from the wording of git in LC_ALL=C:
// no decision about a ref rests on it (R5). By it go the pace, what people are told to do, whether the clone is made anew, whether a run whose code repo
// is not reached is BLOCKED or FAILED, and whether doctor says that strangers can read the repo.

import { cutText } from '../../core/base/cut-text.ts';
import type { Trouble, TroubleCode } from '../../core/model/ledger/push.ts';
import { withoutCredentials } from '../../system/git/without-credentials.ts';
import type { GitResult } from './run-git.ts';

/** The first match wins. Troubles that only this machine's owner can repair come before those that may pass by themselves. */
const WORDINGS: readonly (readonly [TroubleCode, RegExp])[] = [
  // What the host says of its own disk is not said of this one.
  ['DISK', /^(?!remote:|.*\bremote error:).*(no space left on device|disk quota exceeded|file too large)/im],
  ['NETWORK', /no space left on device|disk quota exceeded/i],
  // Some hosts say it with 403, as one who may not read.
  ['THROTTLED', /returned error: 429|http 429|too many requests|requested too many times|rate limit/i],
  [
    'AUTHENTICATION',
    /could not read (username|password)|authentication failed|permission denied \(|host key verification failed/i,
  ],
  ['AUTHENTICATION', /returned error: (401|403|407)|http 40[13]|access denied|not authorized|marked as read only|deploy key/i],
  // As hosts say it over ssh.
  [
    'AUTHENTICATION',
    /permission to \S+ denied to|write access to .* not granted|not allowed to push code|archived so it is read-only|saml sso|account is suspended/i,
  ],
  [
    'NOT_FOUND',
    /cannot find repository|tf401019|repository .*not found|returned error: (404|410)|does not appear to be a git repository|could not be found/i,
  ],
  ['TIMEOUT', /timed out|operation too slow|timeout/i],
  [
    'NETWORK',
    /could not resolve|connection (refused|reset|closed)|network is unreachable|no route to host|returned error: 5\d\d/i,
  ],
  ['CLONE', /not a git repository|object file .* is empty|loose object .* is corrupt|bad object|packfile .* (cannot|is|far)/i],
  ['CLONE', /unable to read tree|inflate|bad config|did not send all necessary objects|unexpected line in packed-refs/i],
  ['NETWORK', /unable to access|hung up|early eof|rpc failed|could not read from remote repository|transport .* not allowed/i],
];

/** Troubles that are no sign of a damaged clone. */
const NOT_THE_CLONE: ReadonlySet<TroubleCode> = new Set([
  'NETWORK',
  'AUTHENTICATION',
  'NOT_FOUND',
  'TIMEOUT',
  'THROTTLED',
  'DISK',
]);

export const sparesTheClone = ({ code }: Trouble): boolean => NOT_THE_CLONE.has(code);

/** And the frames that hosts put around their words. */
const BOILERPLATE =
  /^(error: failed to push some refs|to \S+$|please make sure you have|and the repository exists|hint:|warning:|fatal: could not read from remote repository|remote:[^\p{L}\p{N}]*$|remote: error: hook declined to update )/iu;
const PROGRESS = /: +\d+% \(|, done\.$|^remote: (Total|Counting|Compressing|Resolving|Enumerating|Processing) /;
const REJECTED = '[remote rejected]';
const LINE_CHARACTERS_MAX = 300;
/** A host's words may hold an address that people need. */
const HOST_CHARACTERS_MAX = 600;

/** Git's last words in one line; of a push that the host refused, with the host's own words. */
export function lastWords(stderr: string): string {
  const lines = linesOf(stderr);
  const telling = lines.filter((line) => !BOILERPLATE.test(line));
  const rejected = telling.find((line) => line.includes(REJECTED));
  if (rejected !== undefined) {
    const said = hostWords(stderr);
    const words = cutText(withoutCredentials(rejected), LINE_CHARACTERS_MAX);
    return said === '' ? words : `${words}: ${said}`;
  }
  const shown = (telling.length > 0 ? telling : lines).slice(-2).map(withoutSshLogin);
  return cutText(withoutCredentials(shown.join('; ')), LINE_CHARACTERS_MAX);
}

/** What the host itself said during a push, in one line; empty = nothing. */
export function hostWords(stderr: string): string {
  const said = linesOf(stderr).filter((line) => line.startsWith('remote:') && !BOILERPLATE.test(line) && !PROGRESS.test(line));
  const words = said.map((line) => line.slice('remote:'.length).trim()).join('; ');
  return cutText(withoutCredentials(words), HOST_CHARACTERS_MAX);
}

function linesOf(stderr: string): readonly string[] {
  return stderr
    .split(/[\r\n]+/)
    .map((line) => line.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+/g, ' ').trim())
    .filter((line) => line !== '');
}

/** Ssh takes `user:password` of an address for a user, and names whom it let not in. */
function withoutSshLogin(line: string): string {
  const denied = line.indexOf(': Permission denied (');
  const end = denied < 0 ? -1 : line.lastIndexOf('@', denied);
  return line.slice(0, Math.max(0, end)).includes(':') ? line.slice(end + 1) : line;
}

/** The trouble of a failed git command. */
export function troubleOf(result: Pick<GitResult, 'stderr' | 'timedOut' | 'exitCode'>): Trouble {
  const words = lastWords(result.stderr);
  if (result.timedOut) return { code: 'TIMEOUT', message: `no answer in time${words === '' ? '' : `; ${words}`}` };
  const code = WORDINGS.find(([, wording]) => wording.test(result.stderr))?.[0] ?? 'UNKNOWN';
  return { code, message: words === '' ? `git ended with exit code ${result.exitCode} and printed nothing` : words };
}
