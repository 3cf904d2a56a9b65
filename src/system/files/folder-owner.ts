// Two users on one computer, or one with sudo: what another user writes in a fleet folder, its owner may not be able to change.
import { statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { CoordError } from '../../errors.ts';

/** `root (uid 0)` and `uid 1000` where the file belongs to somebody else than this process; null = it is this user's, or nobody can tell. */
export function otherOwner(path: string): { readonly me: string; readonly owner: string } | null {
  const uid = process.getuid?.();
  const owner = statSync(path, { throwIfNoEntry: false })?.uid;
  if (uid === undefined || owner === undefined || owner === uid) return null;
  return { me: `${userInfo().username} (uid ${uid})`, owner: `uid ${owner}` };
}

/** For what would go on writing there by itself. Throws FAILED. */
export function mustOwn(path: string): void {
  const other = otherOwner(path);
  if (other === null) return;
  const message = `${path} is of ${other.owner}, and this is ${other.me}: what would run by itself would lock its owner out`;
  throw new CoordError('FAILED', message, `sudo -u '#${other.owner.slice('uid '.length)}' coord …, or as that user`);
}
