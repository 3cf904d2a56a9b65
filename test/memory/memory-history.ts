// The commits of a hub in memory, and main's history as the Ledger tells it.
import type { FileChange, HistoryQuestion, MainCommit, MainHistory } from '../../src/core/model/ledger/main-history.ts';
import type { CommitTree, TreeEntry } from '../../src/core/model/ledger/trees.ts';

export interface Commit {
  readonly parent: string | null;
  readonly message: string;
  readonly author: string;
  readonly atMs: number;
  /** Keyed by full path. */
  readonly files: ReadonlyMap<string, TreeEntry>;
  readonly view: CommitTree;
}

/** Newest first. */
export function historyFrom(
  from: string | null,
  { countMax, sinceMs, paths }: HistoryQuestion,
  commits: ReadonlyMap<string, Commit>,
): MainHistory {
  const found: MainCommit[] = [];
  for (let at = from; at !== null; ) {
    const commit = commits.get(at);
    if (commit === undefined || (sinceMs !== null && commit.atMs < sinceMs)) break;
    const it = tellOf(at, commit, commits, paths);
    if (it.changes.size > 0) found.push(it);
    at = commit.parent;
  }
  const asked = Math.max(0, countMax);
  return { commits: found.slice(0, asked), isCut: asked > 0 && found.length > asked };
}

function tellOf(
  id: string,
  { parent, author, atMs, message, view }: Commit,
  commits: ReadonlyMap<string, Commit>,
  paths: readonly string[],
): MainCommit {
  const before = (parent === null ? undefined : commits.get(parent))?.view.entries ?? new Map<string, TreeEntry>();
  const changes = new Map<string, FileChange>();
  const plain = (entry: TreeEntry | undefined) => (entry?.mode === '100644' ? entry.id : null);
  for (const path of new Set(paths)) {
    const [was, is] = [before.get(path), view.entries.get(path)];
    if (was?.id !== is?.id || was?.mode !== is?.mode) changes.set(path, { before: plain(was), after: plain(is) });
  }
  return { commit: id, author, at: new Date(atMs).toISOString(), message, changes };
}
