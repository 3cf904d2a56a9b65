// The result of a fetch in either way of asking, and the type of a single git fetch.
import type { GitResult } from '../git/run-git.ts';

export type Refs = ReadonlyMap<string, string>;

/** A lane or claim that exists and was not fetched. `bad`: git cannot fetch it; else there was no room or time for it. */
export interface UnreadRef {
  readonly id: string;
  readonly bad: boolean;
}

/** What a fetch showed. */
export interface ShownRefs {
  readonly refs: Refs;
  /** Branches that were asked for and are missing. */
  readonly absent: ReadonlySet<string>;
  readonly unread: ReadonlyMap<string, UnreadRef>;
  /** Names among lanes and claims that are neither; up to a limit. */
  readonly strange: readonly string[];
  /** R7: refs were asked for by name, because one of them could not be fetched, or because there are too many. */
  readonly byName: boolean;
}

/** The refs of one git fetch, by their names in FETCH_HEAD; null = it failed. */
export interface FetchTry {
  readonly result: GitResult;
  readonly refs: Refs | null;
}

/** Runs one fetch of these refspecs. `unjudged`: without git's checks of the objects (R7). `depth`: of so many commits of each alone (C5a). */
export type RunFetch = (
  specs: readonly string[],
  how?: { readonly linesMax?: number; readonly unjudged?: boolean; readonly depth?: number },
) => Promise<FetchTry>;

export function sameRefs(one: Refs, other: Refs): boolean {
  if (one.size !== other.size) return false;
  for (const [ref, id] of one) if (other.get(ref) !== id) return false;
  return true;
}

/** True where two fetches showed the same. */
export function sameShown(one: ShownRefs, other: ShownRefs): boolean {
  if (!sameRefs(one.refs, other.refs) || one.unread.size !== other.unread.size || one.byName !== other.byName) return false;
  for (const [ref, { id, bad }] of one.unread) {
    const before = other.unread.get(ref);
    if (before?.id !== id || before.bad !== bad) return false;
  }
  return one.strange.length === other.strange.length && one.strange.every((ref, index) => ref === other.strange[index]);
}

/** Where the clone keeps a branch of the remote. */
export const viewOfBranch = (ref: string): string => `refs/view/branches/${ref.slice('refs/heads/'.length)}`;

export const branchSpec = (ref: string): string => `+${ref}:${viewOfBranch(ref)}`;

/** Where an ordinary fetch keeps lanes and claims. */
export const LANES = 'refs/view/lanes';
export const CLAIMS = 'refs/view/claims';
