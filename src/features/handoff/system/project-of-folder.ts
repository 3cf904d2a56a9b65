// Names the project of a folder by the remote of its git repo, else by the folder. It reads git's own files, because a hook must not wait
// for a process; a remote that git would rewrite (insteadOf) is taken as written.
import { statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { readText } from '../../../system/files/read-if-there.ts';

/** A config is some hundred lines. */
const CONFIG_BYTES_MAX = 1024 * 1024;

export function projectOfFolder(folder: string): string {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const config = configOf(join(at, '.git'));
    if (config !== null) {
      const url = originIn(config);
      return (url === null ? null : (projectOfRemote(url) ?? nameOf(url))) ?? basename(at);
    }
    if (at === dirname(at)) return basename(resolve(folder));
  }
}

/** Of a repo, or of a work tree whose `.git` is a file that names one. Null = there is no repo. */
function configOf(git: string): string | null {
  try {
    const home = statSync(git).isDirectory()
      ? git
      : resolve(
          dirname(git),
          readText(git)
            .replace(/^gitdir:/, '')
            .trim(),
        );
    const common = commonOf(home);
    const path = join(common, 'config');
    return statSync(path).size > CONFIG_BYTES_MAX ? '' : readText(path);
  } catch {
    return null;
  }
}

function commonOf(home: string): string {
  try {
    const common = readText(join(home, 'commondir')).trim();
    return isAbsolute(common) ? common : resolve(home, common);
  } catch {
    return home;
  }
}

/** The address of `origin`, else of the first remote. */
function originIn(config: string): string | null {
  let remote: string | null = null;
  let first: string | null = null;
  for (const line of config.split(/\r?\n/)) {
    const section = /^\s*\[\s*([^\]]*)\]/.exec(line);
    if (section !== null) remote = /^remote\s+"(.*)"\s*$/.exec(section[1] ?? '')?.[1] ?? null;
    const url = remote === null ? undefined : /^\s*url\s*=\s*"?(.*?)"?\s*$/.exec(line)?.[1];
    if (url === undefined || url === '') continue;
    if (remote === 'origin') return url;
    first ??= url;
  }
  return first;
}

/** Of a repo that lies on a disk, or whose address says no more; never the login of one. */
function nameOf(path: string): string | null {
  const name = basename(path.replace(/[\\/]+(?:\.git)?[\\/]*$/, '')).replace(/\.git$/, '');
  return (path.includes('://') ? name.replace(/^.*@/, '') : name) || null;
}

/** Null = an address that names none, such as a path. */
export function projectOfRemote(url: string): string | null {
  const given = url.trim();
  // git@host:owner/name; a single letter before the colon is a drive.
  const scp = /^(?:[^@/\s]+@)?([A-Za-z0-9][A-Za-z0-9.-]+):(?!\/\/)(.+)$/.exec(given);
  // The last @ ends the login: a password may hold one as it is.
  const full = /^(?:https?|ssh|git|git\+ssh):\/\/(?:[^/\s]*@)?([^/:@\s]+)(?::[0-9]+)?\/(.+)$/i.exec(given);
  const [, host, path] = full ?? scp ?? [];
  if (host === undefined || path === undefined) return null;
  const name = path
    .replace(/[?#].*$/, '')
    .replace(/^[/~]+|\/+$/g, '')
    .replace(/\.git$/i, '');
  return name === '' ? null : `${host.toLowerCase()}/${name}`;
}
