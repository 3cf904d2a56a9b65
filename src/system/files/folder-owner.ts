// Says who owns a folder. `.coord` can make git run commands, and a fleet folder is found upwards from anywhere, so a folder of another
// user (in /tmp, say) is never used.
import { lstatSync } from 'node:fs';
import { userInfo } from 'node:os';
import { CoordError } from '../../errors.ts';

/** `root (uid 0)` and `uid 1000` where it belongs to somebody else than this process; null = it is this user's, or nobody can tell. */
export function otherOwner(path: string): { readonly me: string; readonly owner: string } | null {
  const uid = process.getuid?.();
  const owner = lstatSync(path, { throwIfNoEntry: false })?.uid;
  if (uid === undefined || owner === undefined || owner === uid) return null;
  return { me: `${userInfo().username} (uid ${uid})`, owner: `uid ${owner}` };
}

/** Throws REFUSED if any of these belongs to another user; missing ones do not count. */
export function mustOwn(...paths: readonly string[]): void {
  for (const path of paths) {
    const other = otherOwner(path);
    if (other === null) continue;
    const message = `${path} belongs to ${other.owner}, and this is ${other.me}: what lies there could run commands as you`;
    throw new CoordError(
      'REFUSED',
      message,
      `sudo -u '#${other.owner.slice('uid '.length)}' coord …, or a folder of your own: coord join <url>`,
    );
  }
}
