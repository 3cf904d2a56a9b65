// Commits of the clone as `CommitTree`s: everything below `coordination/`, bounded by D8's caps, links never followed.
// Past a cap the rest of a tree is left out, the same rest on every machine. A missing object is certain damage.
import { BOARD_FOLDER, type CommitTree, type TreeEntry } from '../../core/model/ledger/trees.ts';
import { CloneDamage } from '../clone/clone-damage.ts';
import { ByteCache } from './byte-cache.ts';
import type { ObjectReader } from './object-reader.ts';
import { type NamedEntry, parseCommit, parseTree } from './tree-parse.ts';

const LEVELS_MAX = 64;
/** Entries of each of coord's folders, and of everything else together. Folders count too: a tree may consist of nothing else. */
const ENTRIES_MAX = 10_000;
/** Machines alone write there, a few documents a month and machine, for as long as the fleet lives. */
const HISTORY_ENTRIES_MAX = 100_000;
/** What coord reads or writes on a board: files beside it must not take its room. */
const FILES =
  /^(?:(?:ORDERS|STATUS|SIGNATURES|features|bell)\.json|fleet\.yaml|README\.md|HANDOFF\.md|COMPUTER_[1-9]\d{0,3}\.md)$/;
const FOLDERS: readonly string[] = ['messages', 'handoffs', 'results', 'history', 'archive', 'specs', 'trust', 'schemas'];
/** Bytes of a folder with 100,000 short names: a project's root may be large (F4). */
const TREE_BYTES_MAX = 8 * 1024 * 1024;
const COMMIT_BYTES_MAX = 1024 * 1024;
const CACHE_BYTES = 32 * 1024 * 1024;
const FOLDER_MODE = '040000';

type Board = Pick<CommitTree, 'entries' | 'isCut' | 'cut' | 'standsFor'>;

/** A folder that is too large, or cannot be read. */
const UNREAD: readonly NamedEntry[] = [];

export interface TreeReader {
  /** Null = not a commit, or larger than any real one. */
  commit(id: string): Promise<CommitTree | null>;
  /** Of any size, without its message; null = not a commit. */
  anyCommit(id: string): Promise<CommitTree | null>;
}

interface Room {
  left: number;
  isCut: boolean;
}

const roomFor = (left: number): Room => ({ left, isCut: false });

/** Caches trees by id: an unchanged folder costs nothing, and a beat with the same tree gives the same `entries`. */
export function createTreeReader(reader: ObjectReader): TreeReader {
  const folders = new ByteCache<readonly NamedEntry[]>(CACHE_BYTES);
  const boards = new ByteCache<Board>(CACHE_BYTES);

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
    const entries = bytes === null ? UNREAD : (parseTree(bytes, id.length / 2) ?? UNREAD);
    folders.set(id, entries, 200 + entries.length * 150);
    return entries;
  };
  const board = async (root: string): Promise<Board> => {
    const around = await folder(root);
    // A host that does not check may accept two entries of that name: then the folder counts.
    const top = around.find(({ name, mode }) => name === BOARD_FOLDER && mode === FOLDER_MODE);
    if (top === undefined) return { entries: new Map(), ...unreadIn(around) };
    const known = boards.get(top.id);
    if (known !== undefined) return known;
    const found = await boardIn(await folder(top.id), folder);
    boards.set(top.id, found, 200 + found.entries.size * 200);
    return found;
  };

  const commit = async (id: string): Promise<CommitTree | null> => {
    const bytes = await body(id, 'commit', COMMIT_BYTES_MAX);
    const text = bytes === null ? null : parseCommit(bytes);
    if (text === null) return null;
    const { parent, message, madeMs } = text;
    return { commit: id, parent, message, ...(madeMs === undefined ? {} : { madeMs }), ...(await board(text.tree)) };
  };
  return {
    commit,
    async anyCommit(id) {
      const small = await commit(id);
      if (small !== null) return small;
      const [itself, tree, parent] = await Promise.all(['', '^{tree}', '^1'].map((what) => reader.info(id + what)));
      if (itself?.type !== 'commit' || tree?.type !== 'tree') return null;
      return { commit: id, parent: parent?.id ?? null, message: '', ...(await board(tree.id)) };
    },
  };
}

/** Of a root in which there is no folder of that name, as far as it was read. */
function unreadIn(around: readonly NamedEntry[]): Pick<Board, 'isCut' | 'standsFor'> {
  const other = around.find(({ name }) => name === BOARD_FOLDER);
  if (other !== undefined) return { isCut: true, standsFor: other.mode };
  return around === UNREAD ? { isCut: true } : {};
}

/** Everything below the folder of the board, within the room that each of coord's folders has, and all else together. */
async function boardIn(top: readonly NamedEntry[], folder: (id: string) => Promise<readonly NamedEntry[]>): Promise<Board> {
  const entries = new Map<string, TreeEntry>();
  /** Once the room is full, the rest is left out. */
  const walk = async (those: readonly NamedEntry[], prefix: string, level: number, room: Room): Promise<void> => {
    if (those === UNREAD) room.isCut = true;
    for (const { name, mode, id } of those) {
      if (room.left-- <= 0) {
        room.isCut = true;
        return;
      }
      if (mode !== FOLDER_MODE) entries.set(prefix + name, { mode, id });
      else if (level < LEVELS_MAX) await walk(await folder(id), `${prefix}${name}/`, level + 1, room);
    }
  };
  const isFile = ({ name, mode }: NamedEntry) => mode !== FOLDER_MODE && FILES.test(name);
  const isFolder = ({ name, mode }: NamedEntry) => mode === FOLDER_MODE && FOLDERS.includes(name);
  const others = top.filter((it) => !isFile(it) && !isFolder(it));
  const most = (name: string) => (name === 'history' ? HISTORY_ENTRIES_MAX : ENTRIES_MAX);
  const rooms = top.filter(isFolder).map((its) => ({ name: its.name, its: [its], room: roomFor(most(its.name) + 1) }));
  await walk(top.filter(isFile), '', 1, roomFor(Number.POSITIVE_INFINITY));
  for (const { its, room } of rooms) await walk(its, '', 1, room);
  await walk(others, '', 1, roomFor(ENTRIES_MAX));
  const cut = rooms.flatMap(({ name, room }) => (room.isCut ? [name] : []));
  return top === UNREAD || cut.length > 0 ? { entries, isCut: true, cut } : { entries };
}
