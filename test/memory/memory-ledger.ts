// The twin of git-ledger.ts in memory: same contract, no git, no clock but the one given, nothing random; for tests. One hub, any
// number of ledgers. Ids are git's own for files, so both speak of the same content. Objects are shared; only refs are private.
import { createHash } from 'node:crypto';
import type {
  BoardChange,
  Changes,
  ClaimChange,
  Content,
  PushReport,
  RefOutcome,
  RefUpdate,
  Trouble,
} from '../../src/core/model/ledger/push.ts';
import type { CommitTree, OddRef, TreeEntry, Trees } from '../../src/core/model/ledger/trees.ts';
import { branchRef, claimRef, isStrangeRef, kindOfRef, laneRef, pathOfRef } from '../../src/ledger/fetch/ref-names.ts';
import { blobOf, contentId, MISSING } from '../../src/ledger/objects/blob-text.ts';
import { assertSafePath } from '../../src/ledger/push/fast-import-stream.ts';
import type { Ledger, PushedMain } from '../../src/ports.ts';
import { type Commit, continuesFrom, historyFrom, shortened } from './memory-history.ts';
import { type MemoryFolder, type Seen, seenWith } from './memory-seen.ts';

/** What a person commits: text or bytes, null = delete, or an entry of another mode. */
export type PersonFile = string | Uint8Array | null | { readonly mode: string; readonly text: string };

export interface MemoryHub {
  /**
   * `shown`: the refs that its fetches show, where these are not the newest (a slow mirror). `folder`: what is kept for other processes
   * of the same machine; without one it is nobody's but this ledger's.
   */
  open(shown?: () => ReadonlyMap<string, string>, folder?: MemoryFolder): Ledger;
  readonly refs: ReadonlyMap<string, string>;
  /** A host's policy; null from the function lets a ref pass. */
  refuse(rule: (ref: string) => string | null): void;
  /** As receive.denyDeletes. */
  forbidDeletion(is: boolean): void;
  /** The next pushes take effect, and their answers are lost. */
  loseAnswer(times: number): void;
  offline(is: boolean): void;
  /** Full paths; returns the commit. */
  commitAsPerson(files: Readonly<Record<string, PersonFile>>, branch?: string, message?: string): string;
  /** A commit as anybody may make it; no ref stands on it. Full paths. */
  commit(parent: string | null, message: string, files: ReadonlyMap<string, TreeEntry | { readonly text: string }>): string;
  /** R3b: shortens main's history to its newest `kept` commits, as `coord compact` does. */
  compact(kept: number): string;
  /** Main's commits, newest first. */
  line(): readonly string[];
  /** Lets go of what nobody will ask for: other commits than those of refs and the newest `kept` of main, and what only they hold. */
  prune(kept: number): void;
  /** As an owner of the host would: no compare, no policy. Null deletes. */
  setRef(ref: string, commit: string | null): void;
  /** All files of a commit, keyed by full path. */
  filesOf(commit: string): ReadonlyMap<string, TreeEntry>;
}

const BOARD = 'coordination/';

const placeOf = (path: string) => {
  assertSafePath(path);
  return BOARD + path;
};
const NO_NETWORK: Trouble = { code: 'NETWORK', message: 'the hub cannot be reached' };
const sha1 = (text: string) => createHash('sha1').update(text).digest('hex');

/** Makes an empty hub. `nowMs`: the time that its commits carry; absent = they carry none. */
export function createMemoryHub(mainBranch = 'main', nowMs?: () => number): MemoryHub {
  const mainRef = branchRef(mainBranch);
  const refs = new Map<string, string>();
  const blobs = new Map<string, Uint8Array>();
  const commits = new Map<string, Commit>();
  let rule: (ref: string) => string | null = () => null;
  let answersLost = 0;
  let isOffline = false;
  let noDeletion = false;

  const addBlob = (content: string | Uint8Array): string => {
    const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    const id = contentId(bytes, 'sha1');
    if (!blobs.has(id)) blobs.set(id, bytes);
    return id;
  };
  const addCommit = (
    parent: string | null,
    message: string,
    unsorted: Iterable<[string, TreeEntry]>,
    { author = authorOf(message), atMs = nowMs?.() ?? 0 }: { readonly author?: string; readonly atMs?: number } = {},
  ): string => {
    const files = new Map([...unsorted].sort(([one], [other]) => (one < other ? -1 : 1)));
    const commit = sha1(JSON.stringify([parent, message, [...files]]));
    const below = [...files].filter(([path]) => path.startsWith(BOARD));
    const entries = new Map(below.map(([path, entry]) => [path.slice(BOARD.length), entry]));
    const other = files.get('coordination')?.mode;
    const unfit = other === undefined ? {} : { isCut: true, standsFor: other };
    const view = { commit, parent, message, ...(nowMs === undefined ? {} : { madeMs: atMs }), entries, ...unfit };
    if (!commits.has(commit)) commits.set(commit, { parent, message, author, atMs, files, view });
    return commit;
  };
  const filesOf = (commit: string | null): ReadonlyMap<string, TreeEntry> => {
    const files = commit === null ? new Map<string, TreeEntry>() : commits.get(commit)?.files;
    if (files === undefined) throw new Error(`bug: commit ${commit} was never fetched`);
    return files;
  };
  const put = (files: Map<string, TreeEntry>, path: string, entry: TreeEntry | null) => {
    // A file takes the place of a folder, and a folder that of a file, as in git.
    for (const other of files.keys())
      if (other === path || other.startsWith(`${path}/`) || path.startsWith(`${other}/`)) files.delete(other);
    if (entry !== null) files.set(path, entry);
  };
  const entryOf = (content: Content): TreeEntry => {
    if ('id' in content && !blobs.has(content.id)) throw new Error(`bug: no content ${content.id}`);
    return { mode: '100644', id: 'id' in content ? content.id : addBlob(content.text) };
  };
  const writeBoard = ({ base, files, message }: BoardChange): string => {
    const all = new Map(filesOf(base));
    for (const [path, content] of files) put(all, placeOf(path), content === null ? null : entryOf(content));
    return addCommit(base, message, all);
  };
  const writeClaim = (claim: ClaimChange): RefUpdate => {
    const ref = claimRef('custom', claim.name);
    return claim.kind === 'create'
      ? { what: 'claim', name: claim.name, ref, commit: addCommit(null, claim.message, []), expected: claim.over ?? null }
      : { what: 'claim', name: claim.name, ref, commit: null, expected: claim.commit };
  };
  const writeAll = ({ lane, boards, claims = [] }: Changes): RefUpdate[] => {
    const folds: RefUpdate[] = boards.map((board) => {
      const ref = branchRef(board.branch ?? mainBranch);
      return { what: ref === mainRef ? 'main' : 'board', ref, commit: writeBoard(board), expected: board.base };
    });
    const updates = [...folds, ...claims.map(writeClaim)];
    if (lane === null) return updates;
    filesOf(lane.parent);
    const files = [...lane.files].map(([path, content]): [string, TreeEntry] => [placeOf(path), entryOf(content)]);
    const commit = addCommit(lane.parent, lane.message, files);
    return [{ what: 'lane', ref: laneRef('custom', lane.machine), commit, expected: lane.expected }, ...updates];
  };
  const judge = ({ what, ref, commit, expected }: RefUpdate): RefOutcome => {
    const parent = commit === null ? null : commits.get(commit)?.parent;
    if (what !== 'lane' && what !== 'claim' && parent !== expected)
      throw new Error(`bug: ${ref}: built on ${parent}, expected ${expected}`);
    return move(ref, { to: commit, from: expected });
  };
  const move = (ref: string, { to: commit, from: expected }: { to: string | null; from: string | null }): RefOutcome => {
    const now = refs.get(ref) ?? null;
    // Git takes what is there already as done, also a deletion.
    if (now === commit) return { kind: 'accepted' };
    if (now !== expected) return { kind: 'refused', detail: 'stale info', isStale: true };
    const inTheWay = (other: string) => other.startsWith(`${ref}/`) || ref.startsWith(`${other}/`);
    if (commit !== null && now === null && [...refs.keys()].some(inTheWay)) return { kind: 'refused', detail: 'cannot lock ref' };
    const detail = rule(ref);
    if (detail !== null) return { kind: 'refused', detail };
    if (commit === null && noDeletion) return { kind: 'refused', detail: 'deletion prohibited' };
    if (commit === null) refs.delete(ref);
    else refs.set(ref, commit);
    return { kind: 'accepted' };
  };
  const look = (board: string | null, shown: ReadonlyMap<string, string>): Trees => {
    const view = (ref: string) => commits.get(shown.get(ref) ?? '')?.view ?? null;
    const lanes = new Map<number, CommitTree>();
    const claims = new Map<string, { commit: string; message: string }>();
    for (const ref of [...shown.keys()].sort()) {
      const kind = kindOfRef('custom', ref);
      const tree = view(ref);
      if (kind === null || tree === null) continue;
      if ('lane' in kind) lanes.set(kind.lane, tree);
      else claims.set(kind.claim, { commit: tree.commit, message: tree.message });
    }
    const sorted = new Map([...lanes].sort(([one], [other]) => one - other));
    const strange = [...shown.keys()].filter((ref) => isStrangeRef('custom', ref)).sort();
    const odd = strange.map((ref): OddRef => ({ ref, path: pathOfRef('custom', ref), why: 'unknown' }));
    const trees = { main: view(mainRef), board: board === null ? null : view(branchRef(board)), lanes: sorted, claims };
    return odd.length === 0 ? trees : { ...trees, odd };
  };
  const versions = (from: string | null, path: string, countMax: number, until: string | null = null): string[] => {
    const ids: string[] = [];
    for (let at = from; at !== until && at !== null && ids.length < countMax; at = commits.get(at)?.parent ?? null) {
      const entry = commits.get(at)?.view.entries.get(path);
      if (entry?.mode === '100644' && entry.id !== ids.at(-1)) ids.push(entry.id);
    }
    return ids;
  };

  const leadsTo = (older: string, newer: string | null): boolean => {
    for (let at = newer; at !== null; at = commits.get(at)?.parent ?? null) if (at === older) return true;
    return false;
  };
  const mainBeforePush = (shown: ReadonlyMap<string, string>, { commit, machine, later }: PushedMain) => {
    const older = shown.get(mainRef);
    if (older === commit || later.includes(shown.get(laneRef('custom', machine)) ?? '')) return undefined;
    return older === undefined ? null : leadsTo(older, commit) ? older : undefined;
  };
  const withPushed = (seen: Seen, updates: readonly RefUpdate[], outcomes: ReadonlyMap<string, RefOutcome>): Seen => {
    const accepted = updates.filter(({ ref }) => outcomes.get(ref)?.kind === 'accepted');
    const tree = (commit: string | null) => (commit === null ? null : (commits.get(commit)?.view ?? null));
    return seenWith(seen, mainRef, new Map(accepted.map(({ ref, commit }) => [ref, tree(commit)])));
  };
  const open = (shown: () => ReadonlyMap<string, string> = () => refs, folder: MemoryFolder = { seen: null }): Ledger => {
    return {
      async fetch(board, _first, pushed) {
        if (isOffline) return { kind: 'unreachable', trouble: NO_NETWORK };
        const mainBefore = pushed === undefined ? undefined : mainBeforePush(shown(), pushed);
        const inView = mainBefore === undefined || pushed === undefined ? shown() : new Map(shown()).set(mainRef, pushed.commit);
        const key = JSON.stringify([board, [...inView].sort()]);
        if (folder.seen?.key !== key) folder.seen = { key, board, trees: look(board, inView) };
        const { trees } = folder.seen;
        return mainBefore === undefined ? { kind: 'fetched', trees } : { kind: 'fetched', trees, mainBefore };
      },
      lastSeen: async () => folder.seen?.trees ?? null,
      idOf: (text) => contentId(text, 'sha1'),
      async read(ids) {
        return new Map([...ids].map((id) => [id, blobs.has(id) ? blobOf(blobs.get(id) ?? new Uint8Array()) : MISSING]));
      },
      sizes: async (ids) => new Map([...ids].map((id) => [id, blobs.get(id)?.length ?? null])),
      versions: async (path, countMax) => versions(folder.seen?.trees.main?.commit ?? null, path, countMax),
      async versionsSince(seen, path, countMax) {
        const main = folder.seen?.trees.main?.commit ?? null;
        return main !== null && leadsTo(seen, main) ? versions(main, path, countMax, seen) : null;
      },
      fetchRest: async () => false,
      history: async (question) => historyFrom(folder.seen?.trees.main?.commit ?? null, question, commits),
      follows: async (older, newer) => leadsTo(older, newer),
      continues: async (older, newer) => continuesFrom(older, newer, commits),
      write: async (changes) => writeAll(changes),
      async push(updates): Promise<PushReport> {
        if (isOffline) return { kind: 'unknown', trouble: NO_NETWORK };
        const outcomes = new Map(updates.map((update) => [update.ref, judge(update)]));
        if (answersLost <= 0) {
          folder.seen = folder.seen === null ? null : withPushed(folder.seen, updates, outcomes);
          return { kind: 'answered', refs: outcomes };
        }
        answersLost -= 1;
        return { kind: 'unknown', trouble: NO_NETWORK };
      },
      async restoreMain(commit) {
        if (isOffline) return { kind: 'unknown', trouble: NO_NETWORK };
        return commits.has(commit) ? move(mainRef, { to: commit, from: null }) : { kind: 'missing' };
      },
      async close() {},
    };
  };
  return {
    open,
    refs,
    filesOf,
    refuse: (next) => {
      rule = next;
    },
    loseAnswer: (times) => {
      answersLost = times;
    },
    forbidDeletion: (is) => {
      noDeletion = is;
    },
    offline: (is) => {
      isOffline = is;
    },
    commitAsPerson(files, branch = mainBranch, message = 'edit\n') {
      const ref = branchRef(branch);
      const parent = refs.get(ref) ?? null;
      const all = new Map(filesOf(parent));
      for (const [path, file] of Object.entries(files)) {
        if (file === null) put(all, path, null);
        else if (typeof file === 'string' || file instanceof Uint8Array) put(all, path, { mode: '100644', id: addBlob(file) });
        else put(all, path, { mode: file.mode, id: file.mode === '160000' ? sha1(file.text) : addBlob(file.text) });
      }
      const commit = addCommit(parent, message, all, { author: 'A Person' });
      refs.set(ref, commit);
      return commit;
    },
    commit: (parent, message, files) =>
      addCommit(
        parent,
        message,
        [...files].map(([path, file]) => [path, 'text' in file ? { mode: '100644', id: addBlob(file.text) } : file]),
      ),
    compact(kept) {
      const tip = refs.get(mainRef) ?? '';
      const commit = shortened(tip, kept, commits, (parent, commit) => addCommit(parent, commit.message, commit.files, commit));
      refs.set(mainRef, commit);
      return commit;
    },
    line() {
      const ids: string[] = [];
      for (let at = refs.get(mainRef) ?? null; at !== null; at = commits.get(at)?.parent ?? null) ids.push(at);
      return ids;
    },
    prune(kept) {
      const whole = new Set(refs.values());
      const linked = new Set<string>();
      for (let at = refs.get(mainRef) ?? null, count = 0; at !== null; at = commits.get(at)?.parent ?? null, count += 1)
        (count < kept ? whole : linked).add(at);
      for (const [id, commit] of commits) {
        if (whole.has(id)) continue;
        // What leads on from where is still asked.
        if (linked.has(id)) commits.set(id, { ...commit, files: new Map(), view: { ...commit.view, entries: new Map() } });
        else commits.delete(id);
      }
      const held = new Set([...whole].flatMap((id) => [...(commits.get(id)?.files.values() ?? [])].map((entry) => entry.id)));
      for (const id of blobs.keys()) if (!held.has(id)) blobs.delete(id);
    },
    setRef(ref, commit) {
      if (commit === null) refs.delete(ref);
      else refs.set(ref, commit);
    },
  };
}

/** As fast-import-stream.ts names a machine. */
function authorOf(message: string): string {
  const machine = /^Coord-Machine: ([1-9]\d{0,3})$/m.exec(message)?.[1];
  return `coord${machine === undefined ? '' : ` machine ${machine}`}`;
}
