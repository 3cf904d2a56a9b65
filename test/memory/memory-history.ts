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
  return { commits: found.slice(0, asked), isCut: asked > 0 && found.length > asked, isPart: false };
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
  const root = parent === null ? { isRoot: true as const } : {};
  return { commit: id, author, at: new Date(atMs).toISOString(), message, ...root, changes };
}

const COMPACTED = /^Coord-Compacted: [0-9a-f]{40}$/m;

/** R3b: `newer` comes after a commit that says that the history was shortened, and above which `older` stands but for what came before it. */
export function continuesFrom(older: string, newer: string, commits: ReadonlyMap<string, Commit>): boolean {
  const seen = commits.get(older);
  let isBelow = false;
  for (let at: string | null = newer; at !== null && seen !== undefined; ) {
    const commit: Commit | undefined = commits.get(at);
    if (commit === undefined) return false;
    if (isBelow && isSame(commit, seen)) return true;
    const before = commit.parent === null ? undefined : commits.get(commit.parent);
    isBelow ||= COMPACTED.test(commit.message) && before !== undefined && sameFiles(before, commit);
    at = commit.parent;
  }
  return false;
}

function isSame(one: Commit, other: Commit): boolean {
  return one.message === other.message && one.author === other.author && one.atMs === other.atMs && sameFiles(one, other);
}

function sameFiles(one: Commit, other: Commit): boolean {
  const text = ({ files }: Commit) => JSON.stringify([...files]);
  return text(one) === text(other);
}

/** The newest `kept` commits on nothing, and the commit that says so. */
export function shortened(
  tip: string,
  kept: number,
  commits: ReadonlyMap<string, Commit>,
  add: (parent: string | null, commit: Pick<Commit, 'message' | 'author' | 'files'> & { readonly atMs?: number }) => string,
): string {
  const line: Commit[] = [];
  for (let at: string | null = tip; at !== null && line.length < kept; ) {
    const commit: Commit | undefined = commits.get(at);
    if (commit === undefined) break;
    line.unshift(commit);
    at = commit.parent;
  }
  let parent: string | null = null;
  for (const commit of line) parent = add(parent, commit);
  const last = line.at(-1);
  if (last === undefined) throw new Error('bug: nothing is kept');
  const message = `compact [skip ci]\n\nCoord-Machine: 1\nCoord-Seq: 1\nCoord-Beat: 1\nCoord-Compacted: ${tip}\n`;
  return add(parent, { message, author: 'coord', files: last.files });
}
