// What a person may give as a remote, made absolute. Guarantees that the text cannot be taken for an option, a transport
// helper or several arguments, and that `display` holds no credentials. Does not ask whether anything is there.
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { CoordError, errorMessage } from '../../errors.ts';
import { withoutCredentials } from './without-credentials.ts';

export type Protocol = 'file' | 'ssh' | 'https' | 'http';

export interface RemoteUrl {
  readonly kind: 'path' | Protocol;
  /** As git gets it. */
  readonly url: string;
  readonly display: string;
}

const HINT = 'give a folder, https://host/me/fleet.git or git@host:me/fleet.git';

function refuse(given: string, why: string): never {
  throw new CoordError('USAGE', `the remote ${JSON.stringify(withoutCredentials(given))} cannot be used: ${why}`, HINT);
}

/** Reads what a person typed as the remote; throws USAGE for what git should never see. */
export function parseRemoteUrl(given: string, place: { readonly cwd: string; readonly home: string }): RemoteUrl {
  const text = given.trim();
  if (text === '') refuse(given, 'it is empty');
  if (/[\u0000-\u001f\u007f]|%(?:[01][0-9a-f]|7f)/i.test(text)) refuse(given, 'it has control characters in it');
  if (text.startsWith('-')) refuse(given, 'it starts like an option');
  if (/^[A-Za-z0-9+.-]+::/.test(text)) refuse(given, 'transport helpers are not allowed');
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme !== undefined) return { kind: kindOfScheme(scheme, text, given), url: text, display: withoutCredentials(text) };
  // As git tells them apart: a colon before any slash means host:path.
  const scpLike = /^(?:[^/:@]+@)?(\[[^\]/]+\]|[^/:@]+):(.+)$/.exec(text);
  if (scpLike !== null && !/^[a-z]:[\\/]/i.test(text)) {
    if (scpLike[1]?.startsWith('-')) refuse(given, 'its host starts like an option');
    return { kind: 'ssh', url: text, display: text };
  }
  const path = text === '~' || text.startsWith('~/') ? join(place.home, text.slice(1)) : text;
  const url = isAbsolute(path) ? path : resolve(place.cwd, path);
  return { kind: 'path', url, display: url };
}

function kindOfScheme(scheme: string, text: string, given: string): Protocol {
  const host = /^[^:]+:\/\/(?:[^/@]*@)*([^/]*)/.exec(text)?.[1] ?? '';
  if (host.startsWith('-')) refuse(given, 'its host starts like an option');
  if (scheme === 'git') refuse(given, 'git:// is neither encrypted nor authenticated');
  if (scheme === 'file') return 'file';
  if (host === '') refuse(given, 'it names no host');
  if (scheme === 'https' || scheme === 'http') return scheme;
  if (scheme === 'ssh' || scheme === 'git+ssh' || scheme === 'ssh+git') return 'ssh';
  refuse(given, `${scheme}:// is not supported`);
}

/** The name that GIT_ALLOW_PROTOCOL has for it. */
export function protocolOf(remote: RemoteUrl): Protocol {
  return remote.kind === 'path' ? 'file' : remote.kind;
}

/** The repo that an order names, or why no machine would work with it. Nothing of a password is in either. */
export function repoOf(written: string): RemoteUrl | { readonly refused: string } {
  if (withoutCredentials(written) !== written)
    return {
      refused: `repo ${withoutCredentials(written)}: its address holds a login; take it out, and log git in on the machine`,
    };
  if (!/^(?:[a-z][a-z0-9+.-]*:|[/~]|[^/]+@|[^/:]+:)/i.test(written))
    return { refused: `repo ${written}: expected an address of git or a whole path, such as ~/src/app` };
  try {
    return parseRemoteUrl(written, { cwd: '/', home: homedir() });
  } catch (error) {
    return { refused: errorMessage(error) };
  }
}

/** What one rule lets in: the very repo, all that lies below it, or with `*` every one. */
export function isRepoAllowed(url: string, rules: readonly string[]): boolean {
  const asked = plain(url);
  // `..` would lead out of the allowed folder, also in the other spelling that servers accept.
  if (/(^|[/:])\.\.?(\/|$)|%(2e|2f|5c)/i.test(asked)) return false;
  return rules.some((rule) => {
    if (rule.trim() === '*') return true;
    const allowed = repoOf(rule.trim().replace(/\*$/, ''));
    if ('refused' in allowed) return false;
    const base = plain(allowed.url);
    return asked === base || asked.startsWith(/[/:]$/.test(base) ? base : `${base}/`);
  });
}

/** One way to write it: the host in small letters, no `.git` and no slash at the end. */
function plain(url: string): string {
  const short = url.replace(/\/+$/, '').replace(/\.git$/, '');
  return short.replace(/^([a-z][a-z0-9+.-]*:\/\/[^/]*|[^/:]+:)/i, (host) => host.toLowerCase());
}
