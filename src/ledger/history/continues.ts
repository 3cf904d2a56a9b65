// R3b: does a main that does not lead on come out of a shortened history, and held the one that was seen? Guarantees a "yes" only where the whole
// history from that commit on is there: the commit itself, but for its parents, then all that came after, then the commit that says it was shortened.
import { unanswered } from '../clone/clone-damage.ts';
import type { CloneSession } from '../clone/clone-session.ts';
import { type CommitBytes, readCommitBytes } from './commit-bytes.ts';

/** Names the tip whose history was shortened, in the last paragraph of the commit that says so. */
export const COMPACTED = 'Coord-Compacted';
/** So many commits that say they shortened a history are looked at. */
const CLAIMS_MAX = 100;
/** So many commits with the same tree are compared; in a real history there are few. */
const SAME_TREES_MAX = 1000;

export interface HistorySession extends Pick<CloneSession, 'clone' | 'reader'> {
  /** For each git. */
  readonly timeoutMs: number;
}

export interface Shortening extends CommitBytes {
  readonly commit: string;
}

/** The commit that stands for `older` in a shortened history; null = none does, or `older` is not here. Throws `CloneDamage` if the clone cannot tell. */
export async function standInFor(session: HistorySession, older: string, newer: string): Promise<string | null> {
  const seen = await readCommitBytes(session.reader, older);
  if (seen === null) return null;
  for (const { commit: end } of await shorteningsOf(session, newer)) {
    const lines = await gitLines(session, ['log', '--format=%T %H', end, '--']);
    const same = lines.filter((line) => line.startsWith(`${seen.tree} `)).slice(0, SAME_TREES_MAX);
    for (const line of same) {
      const id = line.slice(seen.tree.length + 1);
      if ((await readCommitBytes(session.reader, id))?.rest === seen.rest) return id;
    }
  }
  return null;
}

/** Commits in the history of `tip` that say that it was shortened, newest first. One that changes anything is none. */
export async function shorteningsOf(session: HistorySession, tip: string): Promise<readonly Shortening[]> {
  const grep = ['--extended-regexp', `--grep=^${COMPACTED}: [0-9a-f]{40,64}$`, `--max-count=${CLAIMS_MAX}`];
  const found: Shortening[] = [];
  for (const id of await gitLines(session, ['log', '--no-show-signature', '--format=%H', ...grep, tip, '--'])) {
    const commit = await readCommitBytes(session.reader, id);
    const [parent, ...others] = commit?.parents ?? [];
    const before = parent === undefined ? null : await readCommitBytes(session.reader, parent);
    if (commit !== null && others.length === 0 && before?.tree === commit.tree) found.push({ commit: id, ...commit });
  }
  return found;
}

/** What a git that only reads the clone prints. Throws `CloneDamage` where it fails, and TIMEOUT where it takes too long. */
export async function gitLines({ clone, timeoutMs }: HistorySession, args: readonly string[]): Promise<readonly string[]> {
  const result = await clone.run(args, timeoutMs);
  if (result.exitCode !== 0) throw unanswered(result);
  return result.stdout
    .toString('latin1')
    .split('\n')
    .filter((line) => line !== '');
}
