// Commits of the clone as `CommitTree`s: everything below `coordination/`, bounded by D8's caps, links never followed.
// Past a cap the rest of a tree is left out, the same rest on every machine. A missing object is certain damage.
import type { CommitTree, TreeEntry } from '../core/model/trees.ts';
import { ByteCache } from './byte-cache.ts';
import { CloneDamage } from './clone-damage.ts';
import type { ObjectReader } from './object-reader.ts';
import { type NamedEntry, parseCommit, parseTree } from './tree-parse.ts';

/** The folder that is the board, on main and in lanes. */
export const BOARD_FOLDER = 'coordination';

const LEVELS_MAX = 64;
/** Counts folders too: a tree can be made of nothing else. */
const ENTRIES_MAX = 10_000;
/** A folder of 100,000 short names: a project's own root may be large (F4). */
const TREE_BYTES_MAX = 8 * 1024 * 1024;
const COMMIT_BYTES_MAX = 1024 * 1024;
const CACHE_BYTES = 32 * 1024 * 1024;
const FOLDER_MODE = '040000';

export interface TreeReader {
  /** Null = not a commit, or larger than any real one. */
  commit(id: string): Promise<CommitTree | null>;
  /** Of whatever size, its words left out; null = not a commit. */
  anyCommit(id: string): Promise<CommitTree | null>;
}

/** Caches trees by id: an unchanged folder costs nothing, and a beat with the same tree gives the same `entries`. */
export function createTreeReader(reader: ObjectReader): TreeReader {
  const folders = new ByteCache<readonly NamedEntry[]>(CACHE_BYTES);
  const boards = new ByteCache<ReadonlyMap<string, TreeEntry>>(CACHE_BYTES);

  const body = async (id: string, type: string, bytesMax: number): Promise<Buffer | null> => {
    const info = await reader.info(id);
    if (info === null) throw new CloneDamage(`object ${id} is missing`, true);
    if (info.type !== type || info.sizeBytes > bytesMax) return null;
    const object = await reader.contents(id);
    if (object?.body === undefined || object.body === null) throw new CloneDamage(`object ${id} cannot be read`, true);
    return object.body;
  };
  const folder = async (id: string): Promise<readonly NamedEntry[]> => {
    const known = folders.get(id);
    if (known !== undefined) return known;
    const bytes = await body(id, 'tree', TREE_BYTES_MAX);
    const entries = bytes === null ? [] : (parseTree(bytes, id.length / 2) ?? []);
    folders.set(id, entries, 200 + entries.length * 150);
    return entries;
  };
  const board = async (root: string): Promise<ReadonlyMap<string, TreeEntry>> => {
    const top = (await folder(root)).find((entry) => entry.name === BOARD_FOLDER);
    if (top === undefined || top.mode !== FOLDER_MODE) return new Map();
    const known = boards.get(top.id);
    if (known !== undefined) return known;
    const entries = new Map<string, TreeEntry>();
    let left = ENTRIES_MAX;
    const walk = async (id: string, prefix: string, level: number): Promise<void> => {
      for (const { name, mode, id: entryId } of await folder(id)) {
        if (left-- <= 0) return;
        if (mode !== FOLDER_MODE) entries.set(prefix + name, { mode, id: entryId });
        else if (level < LEVELS_MAX) await walk(entryId, `${prefix}${name}/`, level + 1);
      }
    };
    await walk(top.id, '', 1);
    boards.set(top.id, entries, 200 + entries.size * 200);
    return entries;
  };

  const commit = async (id: string): Promise<CommitTree | null> => {
    const bytes = await body(id, 'commit', COMMIT_BYTES_MAX);
    const text = bytes === null ? null : parseCommit(bytes);
    if (text === null) return null;
    return { commit: id, parent: text.parent, message: text.message, entries: await board(text.tree) };
  };
  return {
    commit,
    async anyCommit(id) {
      const small = await commit(id);
      if (small !== null) return small;
      const [itself, tree, parent] = await Promise.all(['', '^{tree}', '^1'].map((what) => reader.info(id + what)));
      if (itself?.type !== 'commit' || tree?.type !== 'tree') return null;
      return { commit: id, parent: parent?.id ?? null, message: '', entries: await board(tree.id) };
    },
  };
}
