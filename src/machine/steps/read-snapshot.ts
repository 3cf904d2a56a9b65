// Trees become a snapshot with as few reads as possible: documents whose content is known are not read again (C4).
import type { KeptSetting } from '../../core/model/ledger/fleet.ts';
import type { JournalState, SeenVersions } from '../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { Blob, Trees } from '../../core/model/ledger/trees.ts';
import {
  FLEET_PATH,
  handOffsOf,
  isSpec,
  machineDocumentPath,
  messagesOf,
  ORDERS_PATH,
  resultsOf,
  STATUS_PATH,
} from '../../documents/paths.ts';
import { machinesMaxIn, type ParsedFiles, parseSnapshot } from '../../documents/snapshot/snapshot.ts';
import { lookedInto, machineNumbers } from '../../documents/snapshot/snapshot-machines.ts';
import { DOCUMENT_LIMITS } from '../../documents/text/limits.ts';
import { overBudget, overYaml, READ_LIMITS, readKey, type Wanted } from '../../documents/text/read-budget.ts';
import type { Ledger } from '../../ports.ts';
import type { ParseCache } from './parse-cache.ts';

/** D4 looks this many versions back for one that parses; further back, nothing is in force. */
const VERSIONS_MAX = 200;

/** And through no more of them than that: people's settings are short, and what is long costs every machine its time in every sync. */
const VERSIONS_BYTES_MAX: Readonly<Record<string, number>> = {
  [ORDERS_PATH]: 2 * 1_048_576,
  [FLEET_PATH]: 8 * DOCUMENT_LIMITS.settingsLengthMax,
};

/** Whose eyes these are: its own documents are read whatever there is to read besides (D8). */
export type Viewer = Pick<JournalState, 'machine' | 'admitted' | 'versions'>;

/** `viewer`: null = none of the fleet. */
export async function readSnapshot(
  ledger: Ledger,
  trees: Trees,
  board: string | null,
  cache: ParseCache,
  viewer: Viewer | null = null,
): Promise<Snapshot> {
  const over = new Set<string>();
  const texts = new Map(await ledger.read(new Set(cache.missing(settingsIn(trees), over))));
  const earlier = new Map<string, readonly string[]>();
  const seen: Record<string, SeenVersions> = {};
  const { files, settle } = cache.open(texts, over);
  for (const path of [ORDERS_PATH, FLEET_PATH]) {
    const entry = trees.main?.entries.get(path);
    // A fleet without settings is an ordinary one; a fleet without orders lost them.
    if (trees.main === null || (path === FLEET_PATH && entry === undefined)) continue;
    const missing = path === ORDERS_PATH ? missingOrders(files) : missingSettings(files);
    // A file that was only made executable is in force as what it was before.
    const present = entry?.mode === '100644' ? entry.id : null;
    const left = present === null ? Number.POSITIVE_INFINITY : missing(present);
    const isReadable = (id: string) => (path === ORDERS_PATH ? files.orders(id) : files.fleet(id)).value !== null;
    if (left === 0 && present !== null) {
      seen[path] = { good: [present], bad: [] };
      continue;
    }
    const versions = (await cache.versions(path, trees.main.commit, () => ledger.versions(path, VERSIONS_MAX))).filter(
      (id) => id !== present,
    );
    const known = viewer?.versions[path] ?? NONE_SEEN;
    const looked = await upToWhole({ versions, known, bytesMax: VERSIONS_BYTES_MAX[path] ?? 0 }, ledger, texts, {
      left,
      of: missing,
    });
    earlier.set(path, looked.ids);
    const bad = versions.filter((id) => known.bad.includes(id) || (looked.ids.includes(id) && !isReadable(id)));
    seen[path] = { good: [...(present !== null && isReadable(present) ? [present] : []), ...looked.used], bad };
  }
  const max = lookedInto(machinesMaxIn(trees.main, files, earlier));
  const admitted = viewer?.admitted ?? [];
  const wanted = [...new Map(wantedFiles(trees, max, admitted).map((it) => [readKey(...it), it])).values()];
  const sizeOf = await sizesOf(wanted, ledger, cache);
  if (sizeOf !== null) for (const key of overBudget(wanted, sizeOf, viewer?.machine ?? null)) over.add(key);
  const read = await ledger.read(new Set(cache.missing(wanted, over).filter((id) => !texts.has(id))));
  for (const [id, blob] of read) texts.set(id, blob);
  const specs = wanted.filter(([path, id]) => isSpec(path) && !over.has(readKey(path, id)));
  if (sizeOf !== null) for (const key of overYaml(specs, sizeOf, (path, id) => files.spec(id, path).yaml)) over.add(key);
  const snapshot = parseSnapshot(trees, board, files, earlier, admitted);
  settle();
  return { ...snapshot, versions: seen };
}

/** How much of the document is still not found in a version that can be read, after the versions that it was asked for (newest first). */
type Missing = (id: string) => number;

function missingOrders(files: ParsedFiles): Missing {
  return (id) => (files.orders(id).value === null ? 1 : 0);
}

/** Of fleet.yaml each setting is looked for by itself: other settings of the same version may be good. */
function missingSettings(files: ParsedFiles): Missing {
  let missing: readonly KeptSetting[] | null = null;
  return (id) => {
    const { value } = files.fleet(id);
    if (value === null) return missing?.length ?? Number.POSITIVE_INFINITY;
    const unread = value.unread ?? [];
    missing = missing === null ? unread : missing.filter((setting) => unread.includes(setting));
    return missing.length;
  };
}

/** How many bytes each of them takes; null = so few are wanted that they fit whatever their size (D8), and nobody asks for that. */
async function sizesOf(wanted: readonly Wanted[], ledger: Ledger, cache: ParseCache): Promise<((id: string) => number) | null> {
  if (wanted.length * DOCUMENT_LIMITS.sizeBytesMax <= READ_LIMITS.peopleBytesMax) return null;
  const sizes = await cache.sizes(new Set(wanted.map(([, id]) => id)), (ids) => ledger.sizes(ids));
  // What is larger than any document may be is not read, and takes nobody's room.
  return (id) => {
    const size = sizes.get(id) ?? 0;
    return size > DOCUMENT_LIMITS.sizeBytesMax ? 0 : size;
  };
}

const NONE_SEEN: SeenVersions = { good: [], bad: [] };

interface Earlier {
  /** As main's history has them, newest first. */
  readonly versions: readonly string[];
  readonly known: SeenVersions;
  /** How much text of versions that nobody has looked at yet is read at once. */
  readonly bytesMax: number;
}

/**
 * The versions that were looked at, newest first, as far back as something was missing, and which of them had some of it. What is known to be
 * unreadable is not looked at again, and what was in force before is looked at wherever it stands: however many bad versions lie between.
 */
async function upToWhole(
  { versions, known, bytesMax }: Earlier,
  ledger: Ledger,
  texts: Map<string, Blob>,
  missing: { readonly left: number; readonly of: Missing },
): Promise<{ readonly ids: readonly string[]; readonly used: readonly string[] }> {
  const [ids, used]: [string[], string[]] = [[], []];
  const good = new Set(known.good);
  const candidates = [...new Set([...versions.filter((id) => !known.bad.includes(id)), ...good])];
  const sizes = await ledger.sizes(candidates);
  let { left } = missing;
  let bytesLeft = bytesMax;
  for (const id of candidates) {
    if (left === 0) break;
    const size = sizes.get(id) ?? null;
    // What was in force before a rewrite of main may be gone.
    if (size === null || (bytesLeft <= 0 && !good.has(id))) continue;
    // Too large to be read: it is known to be none without its text.
    const blob: Blob | undefined =
      size > bytesMax ? { kind: 'unreadable', why: `${size} bytes` } : (await ledger.read([id])).get(id);
    if (blob !== undefined) texts.set(id, blob);
    ids.push(id);
    const now = missing.of(id);
    if (now < left) used.push(id);
    left = now;
    if (!good.has(id)) bytesLeft -= blob?.kind === 'text' ? blob.text.length : 0;
  }
  return { ids, used };
}

type Entries = ReadonlyMap<string, { mode: string; id: string }>;

/** People's documents that say what else is to be read. */
function settingsIn(trees: Trees): readonly Wanted[] {
  return [ORDERS_PATH, FLEET_PATH].flatMap((path): Wanted[] => {
    const entry = trees.main?.entries.get(path);
    return entry?.mode === '100644' ? [[path, entry.id]] : [];
  });
}

/** `max`: of so many machines (R8). */
function wantedFiles(trees: Trees, max: number, admitted: readonly number[]): readonly Wanted[] {
  const wanted: Wanted[] = [...settingsIn(trees)];
  const add = (path: string, key: string, entries: Entries | undefined) => {
    const entry = entries?.get(path);
    if (entry?.mode === '100644') wanted.push([key, entry.id]);
  };
  const boards = [trees.main, trees.board];
  const machines = machineNumbers(
    trees.lanes,
    boards.flatMap((tree) => tree?.entries ?? []),
    admitted,
  ).slice(0, max);
  for (const path of trees.main?.entries.keys() ?? []) if (isSpec(path)) add(path, path, trees.main?.entries);
  for (const tree of boards) add(STATUS_PATH, 'sources', tree?.entries);
  for (const number of machines) {
    const path = machineDocumentPath(number);
    for (const tree of [...boards, trees.lanes.get(number)]) add(path, path, tree?.entries);
  }
  for (const tree of [...boards, ...machines.map((number) => trees.lanes.get(number))]) {
    for (const path of tree?.entries.keys() ?? [])
      if (resultsOf(path) !== null || messagesOf(path) !== null || handOffsOf(path) !== null) add(path, path, tree?.entries);
  }
  return wanted;
}
