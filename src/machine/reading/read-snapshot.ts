// Makes a snapshot of trees with as few reads as possible: documents whose content is known are not read again (C4).
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { CommitTree, Trees } from '../../core/model/ledger/trees.ts';
import type { ParsedOutline } from '../../core/model/orders/spec.ts';
import type { DocumentReader } from '../../documents/document.ts';
import { documentAt, isSpec, type Owner, specKind } from '../../documents/documents.ts';
import { STATUS_PATH } from '../../documents/paths.ts';
import { overYaml, READ_LIMITS, readBudget, readKey, type Wanted } from '../../documents/snapshot/read-budget.ts';
import { parseSnapshot, statusBasis, type ViewerRuns } from '../../documents/snapshot/snapshot.ts';
import { countFirst, LOOKED_INTO_MAX, machineNumbers } from '../../documents/snapshot/snapshot-machines.ts';
import { DOCUMENT_LIMITS } from '../../documents/text/limits.ts';
import type { Ledger } from '../../ports.ts';
import { type Earlier, KEPT, lookingBack } from './look-back.ts';
import { ParseCache } from './parse-cache.ts';

/** The machine that reads: its own documents are always read, however much else there is (D8). */
export type Viewer = Pick<JournalState, 'machine' | 'versions'> & ViewerRuns;

/** What is read, and for whom. */
export interface Reading {
  readonly ledger: Ledger;
  readonly trees: Trees;
  /** F4: the branch that machines fold onto; absent or null = main. */
  readonly board?: string | null;
  /** Absent = nothing was parsed before. */
  readonly cache?: ParseCache;
  /** Absent or null = none of the fleet. */
  readonly viewer?: Viewer | null;
  /** Into what this clone began without (C5a); absent = for a machine of the fleet. A command that looks beside a cycle (C7) does not. */
  readonly goesBeyond?: boolean;
}

export async function readSnapshot(reading: Reading): Promise<Snapshot> {
  const { ledger, trees, board = null, cache = new ParseCache(), viewer = null } = reading;
  const goesBeyond = reading.goesBeyond ?? viewer !== null;
  // A repo need not hold a fleet.
  const rest = goesBeyond && (trees.main?.entries.size ?? 0) > 0 ? () => ledger.fetchRest() : null;
  const over = new Set<string>();
  const texts = new Map(await ledger.read(new Set(cache.missing(settingsIn(trees, board), over))));
  const { reader, settle } = cache.open(texts, over);
  const back = lookingBack({ ledger, cache, texts, reader, known: viewer?.versions ?? {}, rest });
  const earlier = await back.settings(trees.main);
  const admitted = viewer?.admitted ?? [];
  const { counted } = statusBasis(board === null ? trees.main : trees.board, reader);
  const first = countFirst(counted, admitted);
  const wanted = [...new Map(wantedFiles(trees, first).map((it) => [readKey(...it), it])).values()];
  const sizeOf = await sizesOf(wanted, ledger, cache);
  const budget = sizeOf === null ? null : readBudget(wanted, sizeOf, { own: viewer?.machine ?? null, counted: new Set(counted) });
  for (const key of budget?.over ?? []) over.add(key);
  const read = await ledger.read(new Set(cache.missing(wanted, over).filter((id) => !texts.has(id))));
  for (const [id, blob] of read) texts.set(id, blob);
  const specs = wanted.filter(([path, id]) => isSpec(path) && !over.has(readKey(path, id)));
  if (sizeOf !== null && budget !== null)
    for (const key of overYaml(specs, budget.specYamlMax, sizeOf, yamlIn(reader))) over.add(key);
  const parsed = (versions: Earlier) => parseSnapshot(trees, board, reader, versions, viewer);
  const snapshot = parsed(earlier);
  // O20.3: an order whose template is not found waits, and all else goes on. Who joins has to know which orders there are.
  const templates = await back.templates(snapshot, viewer !== null);
  const whole = templates === null ? snapshot : parsed(templates);
  settle();
  return { ...whole, versions: back.seen() };
}

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

/** The documents that say what else is to be read. */
function settingsIn(trees: Trees, board: string | null): readonly Wanted[] {
  const at = (tree: CommitTree | null, path: string): Wanted[] => {
    const entry = tree?.entries.get(path);
    return entry?.mode === '100644' ? [[path, entry.id]] : [];
  };
  const status = at(board === null ? trees.main : trees.board, STATUS_PATH);
  return [...KEPT.flatMap(({ path }) => at(trees.main, path)), ...status];
}

/** Whatever a snapshot reads, of people on main, of machines where they may stand (D2), of those of `first` first (R8). */
function wantedFiles(trees: Trees, first: readonly number[]): readonly Wanted[] {
  const boards = [trees.main, trees.board].flatMap((tree) => tree?.entries ?? []);
  const machines = new Set(machineNumbers(trees.lanes, boards, first).slice(0, LOOKED_INTO_MAX));
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
