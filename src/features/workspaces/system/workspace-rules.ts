// What of policy.yaml is about workspaces (O16): which repos orders may work in, and how much of this computer workspaces may take.
import { homedir } from 'node:os';
import { WORKSPACE_LIMITS, type WorkspaceLimits } from '../../../core/model/orders/workspace.ts';
import { parseRemoteUrl, type RemoteUrl } from '../../../system/git/remote-url.ts';
import { withoutCredentials } from '../../../system/git/without-credentials.ts';

type Wrong = (key: string, expected: string, found: unknown) => Error;

const UNITS: Readonly<Record<string, number>> = { MB: 1024 ** 2, GB: 1024 ** 3, TB: 1024 ** 4 };

/** `wrong` makes the error of a key. */
export function readWorkspaceLimits(value: unknown, wrong: Wrong): WorkspaceLimits {
  if (value === undefined || value === null) return WORKSPACE_LIMITS;
  if (typeof value !== 'object' || Array.isArray(value)) throw wrong('workspaces', '{ max: 8, disk: 20GB }', value);
  const unknown = Object.keys(value).find((key) => key !== 'max' && key !== 'disk');
  if (unknown !== undefined) throw wrong('workspaces', 'max and disk', unknown);
  const { max = WORKSPACE_LIMITS.max, disk } = value as { max?: unknown; disk?: unknown };
  if (typeof max !== 'number' || !Number.isInteger(max) || max < 1 || max > 1000)
    throw wrong('workspaces: max', 'a whole number from 1 to 1000', max);
  const diskBytes = disk === undefined ? WORKSPACE_LIMITS.diskBytes : sizeOf(disk);
  if (diskBytes === null) throw wrong('workspaces: disk', 'a size such as 500MB or 20GB', disk);
  return { max, diskBytes };
}

function sizeOf(value: unknown): number | null {
  const [, amount, unit] = /^\s*(\d{1,7}(?:\.\d{1,3})?)\s*(MB|GB|TB)\s*$/i.exec(String(value)) ?? [];
  const bytes = amount === undefined || unit === undefined ? 0 : Number(amount) * (UNITS[unit.toUpperCase()] ?? 0);
  return bytes > 0 ? bytes : null;
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
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}

/** What one rule lets in: the very repo, all that lies below it, or with `*` every one. */
export function isRepoAllowed(url: string, rules: readonly string[]): boolean {
  const asked = plain(url);
  // `..` would lead out of what was allowed, also in the other way to write it that servers read.
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
