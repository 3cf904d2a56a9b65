// R3b: does a main that does not lead on come out of a shortened history, and held the one that was seen? Guarantees a "yes" only where the whole
// history from that commit on is there: the commit itself, but for its parents, then all that came after, then the commit that says it was shortened.
import { CloneDamage } from '../clone/clone-damage.ts';
import type { CloneSession } from '../clone/clone-session.ts';
import { troubleOf } from '../git/trouble.ts';
import { readCommitBytes } from './commit-bytes.ts';

/** Names the main whose history was shortened: the last paragraph of the newest commit's message. */
export const COMPACTED = 'Coord-Compacted';
/** So many commits that say they shortened a history are looked at. */
const CLAIMS_MAX = 100;
/** So many commits with the same tree are compared; in a real history there are few. */
const SAME_TREES_MAX = 1000;

type Session = Pick<CloneSession, 'clone' | 'reader'>;

/** False also when `older` is not here. Throws `CloneDamage` if the clone cannot tell. */
export async function continuesFrom(
  session: Session,
  { older, newer, timeoutMs }: { readonly older: string; readonly newer: string; readonly timeoutMs: number },
): Promise<boolean> {
  const seen = await readCommitBytes(session.reader, older);
  if (seen === null) return false;
  for (const end of await shortenings(session, newer, timeoutMs)) {
    const lines = await linesOf(session, ['--format=%T %H', end], timeoutMs);
    const same = lines.filter((line) => line.startsWith(`${seen.tree} `)).slice(0, SAME_TREES_MAX);
    for (const line of same) {
      const id = line.slice(seen.tree.length + 1);
      if ((await readCommitBytes(session.reader, id))?.rest === seen.rest) return true;
    }
  }
  return false;
}

/** Commits in the history of `tip` that say that it was shortened, newest first. One that changes anything is none. */
export async function shortenings(session: Session, tip: string, timeoutMs: number): Promise<readonly string[]> {
  const grep = ['--extended-regexp', `--grep=^${COMPACTED}: [0-9a-f]{40,64}$`, `--max-count=${CLAIMS_MAX}`];
  const found: string[] = [];
  for (const id of await linesOf(session, ['--format=%H', ...grep, tip], timeoutMs)) {
    const commit = await readCommitBytes(session.reader, id);
    const [parent, ...others] = commit?.parents ?? [];
    const before = parent === undefined ? null : await readCommitBytes(session.reader, parent);
    if (commit !== null && others.length === 0 && before?.tree === commit.tree) found.push(id);
  }
  return found;
}

async function linesOf({ clone }: Session, args: readonly string[], timeoutMs: number): Promise<readonly string[]> {
  const result = await clone.run(['log', '--no-show-signature', ...args, '--'], timeoutMs);
  if (result.exitCode !== 0) throw new CloneDamage(troubleOf(result).message, false);
  return result.stdout
    .toString('latin1')
    .split('\n')
    .filter((line) => line !== '');
}
