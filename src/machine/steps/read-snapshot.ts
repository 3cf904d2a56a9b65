// Makes a snapshot of trees with as few reads as possible: documents whose content is known are not read again (C4).
import type { JournalState, SeenVersions } from '../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { Blob, CommitTree, Trees } from '../../core/model/ledger/trees.ts';
import type { ParsedOutline } from '../../core/model/orders/spec.ts';
import type { DocumentReader } from '../../documents/document.ts';
import { DOCUMENTS, documentAt, isSpec, type Owner, specKind } from '../../documents/documents.ts';
import { fleetDocument } from '../../documents/fleet/fleet.ts';
import { FLEET_PATH, STATUS_PATH } from '../../documents/paths.ts';
import { overYaml, READ_LIMITS, readBudget, readKey, type Wanted } from '../../documents/snapshot/read-budget.ts';
import { machinesMaxIn, parseSnapshot, statusBasis, type ViewerRuns } from '../../documents/snapshot/snapshot.ts';
import { countFirst, lookedInto, machineNumbers } from '../../documents/snapshot/snapshot-machines.ts';
import { DOCUMENT_LIMITS } from '../../documents/text/limits.ts';
import type { Ledger } from '../../ports.ts';
import type { ParseCache } from './parse-cache.ts';

/** D4: how many versions back a version that parses is looked for; further back, nothing is in force. */
const VERSIONS_MAX = 200;

/** People's documents of which a good version stays in force (D4). */
const KEPT = DOCUMENTS.flatMap(({ path, lastGood, ...kind }) =>
  typeof path === 'string' && lastGood !== undefined ? [{ kind: { ...kind, path }, path, lastGood }] : [],
);

/** The machine that reads: its own documents are always read, however much else there is (D8). */
export type Viewer = Pick<JournalState, 'machine' | 'versions'> & ViewerRuns;

/** `viewer`: null = none of the fleet. `goesBeyond`: into what this clone began without (C5a); a command that looks beside a cycle (C7) does not. */
export async function readSnapshot(
  ledger: Ledger,
  trees: Trees,
  board: string | null,
  cache: ParseCache,
  viewer: Viewer | null = null,
  goesBeyond = viewer !== null,
): Promise<Snapshot> {
  // A repo need not hold a fleet.
  const rest = goesBeyond && (trees.main?.entries.size ?? 0) > 0 ? () => ledger.fetchRest() : null;
  const over = new Set<string>();
  const texts = new Map(await ledger.read(new Set(cache.missing(settingsIn(trees, board), over))));
  const earlier = new Map<string, readonly string[]>();
  const seen: Record<string, SeenVersions> = {};
  const { reader, settle } = cache.open(texts, over);
  for (const { kind, path, lastGood } of KEPT) {
    const entry = trees.main?.entries.get(path);
    if (trees.main === null || (!lastGood.isRequired && entry === undefined)) continue;
    const read = (id: string) => reader.read(kind, path, id).value;
    const after: Missing = (id, before) => lastGood.missing(read(id), before);
    // A file that was only made executable stays in force with its content.
    const present = entry?.mode === '100644' ? entry.id : null;
    const left = present === null ? null : after(present, null);
    if (left?.length === 0 && present !== null) {
      seen[path] = { good: [present], bad: [] };
      continue;
    }
    const known = viewer?.versions[path] ?? NONE_SEEN;
    const asked = { path, main: trees.main.commit, present, known, bytesMax: lastGood.bytesMax, rest };
    const looked = await lookBack(asked, { ledger, cache, texts }, { left, after });
    earlier.set(path, looked.ids);
    const bad = looked.versions.filter((id) => known.bad.includes(id) || (looked.ids.includes(id) && read(id) === null));
    seen[path] = { good: [...(present !== null && read(present) !== null ? [present] : []), ...looked.used], bad };
  }
  const max = lookedInto(machinesMaxIn(trees.main, reader, earlier));
  const admitted = viewer?.admitted ?? [];
  const first = countFirst(statusBasis(board === null ? trees.main : trees.board, reader).counted, admitted);
  const wanted = [...new Map(wantedFiles(trees, max, first).map((it) => [readKey(...it), it])).values()];
  const sizeOf = await sizesOf(wanted, ledger, cache);
  const budget = sizeOf === null ? null : readBudget(wanted, sizeOf, viewer?.machine ?? null);
  for (const key of budget?.over ?? []) over.add(key);
  const read = await ledger.read(new Set(cache.missing(wanted, over).filter((id) => !texts.has(id))));
  for (const [id, blob] of read) texts.set(id, blob);
  const specs = wanted.filter(([path, id]) => isSpec(path) && !over.has(readKey(path, id)));
  if (sizeOf !== null && budget !== null)
    for (const key of overYaml(specs, budget.specYamlMax, sizeOf, yamlIn(reader))) over.add(key);
  const parsed = () => parseSnapshot(trees, board, reader, earlier, viewer);
  const snapshot = parsed();
  const isWhole = await withWantedTemplates({
    snapshot,
    ledger,
    cache,
    texts,
    reader,
    known: viewer?.versions[FLEET_PATH],
    earlier,
    seen,
    // O20.3: an order whose template is not found waits, and all else goes on. Who joins has to know which orders there are.
    rest: rest === null || viewer === null ? rest : () => rest().catch(() => false),
  });
  const whole = isWhole ? snapshot : parsed();
  settle();
  return { ...whole, versions: seen };
}

interface Wanting {
  readonly snapshot: Snapshot;
  readonly ledger: Ledger;
  readonly cache: ParseCache;
  readonly texts: Map<string, Blob>;
  readonly reader: DocumentReader;
  readonly known: SeenVersions | undefined;
  readonly earlier: Map<string, readonly string[]>;
  readonly seen: Record<string, SeenVersions>;
  readonly rest: LookingBack['rest'];
}

/** O20: looks in main's history for the templates that orders have begun with. True = nothing is wanted. */
async function withWantedTemplates(wanting: Wanting): Promise<boolean> {
  const { snapshot, ledger, cache, texts, reader, known = NONE_SEEN, earlier, seen } = wanting;
  const { wanted: left, main } = snapshot;
  if (left === undefined || main.commit === null) return true;
  const after: Missing = (id, before) => {
    const templates = Object.values(reader.read(fleetDocument, FLEET_PATH, id).value?.templates.byName ?? {});
    return (before ?? []).filter((digest) => templates.every((it) => !('digest' in it) || it.digest !== digest));
  };
  const { bytesMax = 0 } = fleetDocument.lastGood ?? {};
  const asked = { path: FLEET_PATH, main: main.commit, present: null, known, bytesMax, rest: wanting.rest };
  const looked = await lookBack(asked, { ledger, cache, texts }, { left, after });
  earlier.set(FLEET_PATH, [...new Set([...(earlier.get(FLEET_PATH) ?? []), ...looked.ids])]);
  const before = seen[FLEET_PATH] ?? NONE_SEEN;
  // They stay known when main's history has gone on for long.
  seen[FLEET_PATH] = { ...before, good: [...new Set([...before.good, ...looked.used])] };
  return false;
}

/** The parts that are still missing after one more version of a document; null = that version has none of them. */
type Missing = (id: string, before: readonly string[] | null) => readonly string[] | null;

/** D8: the YAML that a spec took to read. */
function yamlIn(reader: DocumentReader): (path: string, id: string) => number {
  return (path, id) => {
    const kind = specKind(path);
    return kind === undefined ? 0 : ((reader.read(kind, path, id) as ParsedOutline).yaml ?? 0);
  };
}

/** The size of each in bytes; null = so few are wanted that they fit with any size (D8), so sizes are not asked for. */
async function sizesOf(wanted: readonly Wanted[], ledger: Ledger, cache: ParseCache): Promise<((id: string) => number) | null> {
  if (wanted.length * DOCUMENT_LIMITS.sizeBytesMax <= READ_LIMITS.peopleBytesMax) return null;
  const sizes = await cache.sizes(new Set(wanted.map(([, id]) => id)), (ids) => ledger.sizes(ids));
  // A text that is larger than any document may be is not read, and takes no room from others.
  return (id) => {
    const size = sizes.get(id) ?? 0;
    return size > DOCUMENT_LIMITS.sizeBytesMax ? 0 : size;
  };
}

const NONE_SEEN: SeenVersions = { good: [], bad: [] };

interface LookingBack {
  readonly path: string;
  /** The commit whose history is meant. */
  readonly main: string;
  /** The version that is there now, which was looked at; null = none was. */
  readonly present: string | null;
  /** C5a: fetches what this clone began without; null = what is here has to do. */
  readonly rest: (() => Promise<boolean>) | null;
  readonly known: SeenVersions;
  /** How much text of versions that nobody has looked at yet is read at once. */
  readonly bytesMax: number;
}

interface LookedBack {
  /** Versions in main's history, newest first, without the present one. */
  readonly versions: readonly string[];
  /** Which of them were looked at, as far back as a part was missing. */
  readonly ids: readonly string[];
  /** Which of those had one. */
  readonly used: readonly string[];
}

/** C5a: where a part is still missing at the end, it is looked for in what this clone began without, too. */
async function lookBack(
  asked: LookingBack,
  { ledger, cache, texts }: Pick<Wanting, 'ledger' | 'cache' | 'texts'>,
  missing: { readonly left: readonly string[] | null; readonly after: Missing },
): Promise<LookedBack> {
  const look = async () => {
    const all = await cache.versions(asked.path, asked.main, () => ledger.versions(asked.path, VERSIONS_MAX));
    const versions = all.filter((id) => id !== asked.present);
    const { left, ...looked } = await upToWhole(asked, versions, { ledger, texts }, missing);
    return { isFound: left?.length === 0 || all.length >= VERSIONS_MAX, looked: { versions, ...looked } };
  };
  // Another process of this machine may have fetched the rest since.
  const isOld = cache.knowsVersions(asked.path, asked.main);
  const { isFound, looked } = await look();
  if (isFound || asked.rest === null || !((await asked.rest()) || isOld)) return looked;
  cache.forgetVersions();
  return (await look()).looked;
}

/** Versions that are known to be unreadable are not looked at again. What was in force before is found however many bad versions lie between. */
async function upToWhole(
  { known, bytesMax }: LookingBack,
  versions: readonly string[],
  { ledger, texts }: Pick<Wanting, 'ledger' | 'texts'>,
  missing: { readonly left: readonly string[] | null; readonly after: Missing },
): Promise<Omit<LookedBack, 'versions'> & { readonly left: readonly string[] | null }> {
  const [ids, used]: [string[], string[]] = [[], []];
  const good = new Set(known.good);
  const candidates = [...new Set([...versions.filter((id) => !known.bad.includes(id)), ...good])];
  const sizes = await ledger.sizes(candidates);
  let { left } = missing;
  let bytesLeft = bytesMax;
  for (const id of candidates) {
    if (left?.length === 0) break;
    const size = sizes.get(id) ?? null;
    // A version that was in force before main was rewritten may be gone.
    if (size === null || (bytesLeft <= 0 && !good.has(id))) continue;
    // Too large to be read, so it cannot be in force; its text is not needed.
    const blob: Blob | undefined =
      size > bytesMax ? { kind: 'unreadable', why: `${size} bytes` } : (await ledger.read([id])).get(id);
    if (blob !== undefined) texts.set(id, blob);
    ids.push(id);
    const now = missing.after(id, left);
    if (countOf(now) < countOf(left)) used.push(id);
    left = now;
    if (!good.has(id)) bytesLeft -= blob?.kind === 'text' ? blob.text.length : 0;
  }
  return { ids, used, left };
}

const countOf = (missing: readonly string[] | null) => missing?.length ?? Number.POSITIVE_INFINITY;

/** The documents that say what else is to be read. */
function settingsIn(trees: Trees, board: string | null): readonly Wanted[] {
  const at = (tree: CommitTree | null, path: string): Wanted[] => {
    const entry = tree?.entries.get(path);
    return entry?.mode === '100644' ? [[path, entry.id]] : [];
  };
  const status = at(board === null ? trees.main : trees.board, STATUS_PATH);
  return [...KEPT.flatMap(({ path }) => at(trees.main, path)), ...status];
}

/** Whatever a snapshot reads, of people on main, of machines where they may stand (D2). `max`: of so many machines, those of `first` first (R8). */
function wantedFiles(trees: Trees, max: number, first: readonly number[]): readonly Wanted[] {
  const boards = [trees.main, trees.board].flatMap((tree) => tree?.entries ?? []);
  const machines = new Set(machineNumbers(trees.lanes, boards, first).slice(0, max));
  const wanted: Wanted[] = [];
  const look = (tree: CommitTree | null | undefined, counts: (owner: Owner) => boolean) => {
    for (const [path, { mode, id }] of tree?.entries ?? []) {
      const found = mode === '100644' ? documentAt(path) : null;
      if (found?.kind.parse !== undefined && counts(found.owner)) wanted.push([path, id]);
    }
  };
  look(trees.main, (owner) => owner.kind !== 'machine' || machines.has(owner.machine));
  look(trees.board, (owner) => owner.kind === 'derived' || (owner.kind === 'machine' && machines.has(owner.machine)));
  for (const machine of machines)
    look(trees.lanes.get(machine), (owner) => owner.kind === 'machine' && owner.machine === machine);
  return wanted;
}
