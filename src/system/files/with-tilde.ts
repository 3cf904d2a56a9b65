// Shortens a path to `~/…`, so that a path which others see does not name the owner of the home folder.

export function withTilde(path: string, home: string | undefined): string {
  return home !== undefined && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
