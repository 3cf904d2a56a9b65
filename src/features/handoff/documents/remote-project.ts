// The name of a project by the address of its repo: host/owner/name, the same for every way to write it, and without a login.

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
