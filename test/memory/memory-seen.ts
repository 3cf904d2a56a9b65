// What one ledger in memory last saw: by fetching, and by what its own pushes moved since (C4a).
import type { CommitTree, Trees } from '../../src/core/model/ledger/trees.ts';
import { branchRef, kindOfRef } from '../../src/ledger/fetch/ref-names.ts';

export interface Seen {
  /** Tells one state of the hub from another. */
  readonly key: string;
  readonly board: string | null;
  readonly trees: Trees;
}

/** What the processes of one machine share: its disk, as far as a ledger keeps anything there. */
export interface MemoryFolder {
  seen: Seen | null;
}

/** `moved`: what stands at refs now; null = deleted. */
export function seenWith(seen: Seen, mainRef: string, moved: ReadonlyMap<string, CommitTree | null>): Seen {
  const lanes = new Map(seen.trees.lanes);
  const claims = new Map(seen.trees.claims);
  let { main, board } = seen.trees;
  for (const [ref, tree] of moved) {
    const kind = kindOfRef('custom', ref);
    if (ref === mainRef) main = tree;
    if (seen.board !== null && ref === branchRef(seen.board)) board = tree;
    if (kind === null) continue;
    if ('lane' in kind) {
      if (tree !== null) lanes.set(kind.lane, tree);
    } else if (tree === null) claims.delete(kind.claim);
    else claims.set(kind.claim, { commit: tree.commit, message: tree.message });
  }
  const sortedLanes = new Map([...lanes].sort(([one], [other]) => one - other));
  const sortedClaims = new Map([...claims].sort(([one], [other]) => (one < other ? -1 : 1)));
  // Another key than any fetch has: the next one looks anew.
  return { key: '', board: seen.board, trees: { ...seen.trees, main, board, lanes: sortedLanes, claims: sortedClaims } };
}
