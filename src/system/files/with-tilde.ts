// A path as people write it, and as it may be shown to others: what lies in the home folder says no name of its owner.

export function withTilde(path: string, home: string | undefined): string {
  return home !== undefined && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}
