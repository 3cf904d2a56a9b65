// Reads what each machine says from its lane or from the board, by D2, and which of them count (R8).
import { reachable } from '../../core/base/counter.ts';
import { DEFAULT_FLEET } from '../../core/model/ledger/fleet.ts';
import type { Files, LaneView, MachineView, Unread } from '../../core/model/ledger/snapshot.ts';
import type { CommitTree, Trees } from '../../core/model/ledger/trees.ts';
import type { MachineDocument } from '../../core/model/machines/machine.ts';
import { emptyResults, type ResultsDocument } from '../../core/model/orders/run.ts';
import type { Fault } from '../../core/model/status/fault.ts';
import type { DocumentReader } from '../document.ts';
import { type Owner, ownerOf } from '../documents.ts';
import { machineDocument } from '../machine/machine-document.ts';
import { trailersOf } from '../machine/trailers.ts';
import { machineDocumentPath, machineOf } from '../paths.ts';
import { resultsIn } from './snapshot-results.ts';

const NO_FILES: Files = new Map();

export function machinesOf(
  trees: Trees,
  boardFiles: Files,
  reader: DocumentReader,
  faults: Fault[],
  machinesMax: number,
  first: readonly number[],
): {
  machines: ReadonlyMap<number, MachineView>;
  lanes: ReadonlyMap<number, LaneView>;
  uncounted: readonly number[];
  uncountedRuns: ReadonlyMap<number, ResultsDocument>;
  unreadLanes: readonly number[];
} {
  const machines: [number, MachineView][] = [];
  const lanes: [number, LaneView][] = [];
  const uncounted: number[] = [];
  const uncountedRuns = new Map<number, ResultsDocument>();
  const unreadLanes: number[] = [];
  const copies = byMachine(boardFiles);
  let present = 0;
  for (const [index, number] of machineNumbers(trees.lanes, [boardFiles], first).entries()) {
    const tree = trees.lanes.get(number);
    const said = index < LOOKED_INTO_MAX ? saidBy(number, tree, copies.get(number) ?? NO_FILES, reader) : null;
    // Whoever has left takes nobody's place.
    const hasLeft = said?.view?.document.state === 'LEFT';
    if (said === null || (present >= machinesMax && !hasLeft)) {
      uncounted.push(number);
      if (said?.view != null) uncountedRuns.set(number, said.view.results);
      if (tree !== undefined) lanes.push([number, laneView(tree, NO_FILES)]);
      continue;
    }
    faults.push(...said.faults);
    if (said.lane !== null) lanes.push([number, said.lane]);
    if (said.isUnread) unreadLanes.push(number);
    if (said.view !== null) machines.push([number, said.view]);
    if (!hasLeft) present += 1;
  }
  uncounted.sort((a, b) => a - b);
  return { machines: lowestFirst(machines), lanes: lowestFirst(lanes), uncounted, uncountedRuns, unreadLanes };
}

function saidBy(number: number, tree: CommitTree | undefined, copy: Files, reader: DocumentReader) {
  const faults: Fault[] = [];
  const lane = tree === undefined ? null : laneView(tree, byMachine(filesOf(tree, faults)).get(number) ?? NO_FILES);
  const ofLane = lane === null ? null : wordOf(number, lane.files, reader, faults);
  const isUnread = lane !== null && lane.files.size > 0 && ofLane?.isWhole !== true;
  const ofBoard = wordOf(number, copy, reader, lane === null ? faults : []);
  const word = inForceOf(ofLane, ofBoard);
  const view: MachineView | null =
    word === null ? null : { document: word.document, results: word.results, files: word.files, lane, copy: ofBoard?.document };
  return { lane, isUnread, view, faults };
}

/** R8: who counts before others: whom the board counts, of these those first that counted here before, and then whoever else counted here. */
export function countFirst(counted: readonly number[], admitted: readonly number[]): readonly number[] {
  const onBoard = new Set(counted);
  return [...new Set([...admitted.filter((machine) => onBoard.has(machine)), ...counted, ...admitted])];
}

/**
 * R8: of as many machines the documents are read at most, with those that do not count. Whether a machine has left, its documents say, so the bound has
 * room for all numbers that were ever given, however few machines a fleet may have.
 */
export const LOOKED_INTO_MAX = 1000;

/** R7: so many lanes are fetched at least where there are too many refs; what the others said stands on the board. */
export const lanesFetched = (machinesMax: number): number =>
  Math.min(LOOKED_INTO_MAX, 2 * Math.max(DEFAULT_FLEET.machinesMax, machinesMax));

function lowestFirst<T>(entries: [number, T][]): ReadonlyMap<number, T> {
  return new Map(entries.sort(([one], [other]) => one - other));
}

/** Everybody who has a lane, or a document on one of these boards: those of `first` first, in that order, then the lowest (R8). */
export function machineNumbers(
  lanes: ReadonlyMap<number, unknown>,
  boards: readonly ReadonlyMap<string, unknown>[],
  first: readonly number[],
): readonly number[] {
  const numbers = new Set<number>(lanes.keys());
  for (const path of boards.flatMap((files) => [...files.keys()])) {
    const machine = machineOf(path);
    if (machine !== null) numbers.add(machine);
  }
  const known = first.filter((number) => numbers.has(number));
  return [...new Set([...known, ...[...numbers].sort((a, b) => a - b)])];
}

/** The files that may be obeyed. A document that counts and has another mode is a fault; an unknown path is nobody's business. */
export function filesOf(tree: CommitTree | null, faults: Fault[], counts: (owner: Owner) => boolean = () => true): Files {
  const files = new Map<string, string>();
  for (const [path, entry] of tree?.entries ?? []) {
    const owner = ownerOf(path);
    if (owner === null) continue;
    if (entry.mode === '100644') files.set(path, entry.id);
    else if (counts(owner))
      faults.push({
        ...whole(path),
        expected: 'an ordinary file (mode 100644)',
        found: MODE_WORDS[entry.mode] ?? `mode ${entry.mode}`,
      });
  }
  return files;
}

export function unreadOf(tree: CommitTree | null): Unread | 'all' {
  const { entries, isCut, cut = [] } = tree ?? NO_TREE;
  if (isCut === true && entries.size === 0) return 'all';
  const at = new Set<string>();
  for (const [path, { mode }] of entries) {
    if (mode !== '100644' || ownerOf(path) === null) at.add(path);
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) at.add(path.slice(0, end + 1));
  }
  return { at, cut: new Set(cut) };
}

const NO_TREE: Pick<CommitTree, 'entries' | 'isCut' | 'cut'> = { entries: new Map() };

export const MODE_WORDS: Readonly<Record<string, string>> = {
  '100755': 'an executable file (mode 100755)',
  '120000': 'a symbolic link',
  '160000': 'a submodule',
  '040000': 'a folder',
};

export function whole(document: string): Pick<Fault, 'document' | 'line' | 'column' | 'level'> {
  return { document, line: null, column: null, level: 'fault' };
}

/** Each machine's own documents among the files. */
function byMachine(files: Files): ReadonlyMap<number, Files> {
  const own = new Map<number, Map<string, string>>();
  for (const [path, id] of files) {
    const owner = ownerOf(path);
    if (owner?.kind !== 'machine') continue;
    const known = own.get(owner.machine);
    if (known === undefined) own.set(owner.machine, new Map([[path, id]]));
    else known.set(path, id);
  }
  return own;
}

interface Word {
  readonly document: MachineDocument;
  readonly results: ResultsDocument;
  /** All of its results can be read. */
  readonly isWhole: boolean;
  readonly files: Files;
}

/**
 * D2: the lane, unless the board's copy carries a higher seq; what of the lane does not parse is what the board holds (D4). A word whose results
 * cannot be read counts only where there is no better one: the two are said together.
 */
function inForceOf(ofLane: Word | null, ofBoard: Word | null): Word | null {
  if (ofLane === null || ofBoard === null) return ofLane ?? ofBoard;
  if (!ofBoard.isWhole) return ofLane;
  if (!ofLane.isWhole) return ofBoard;
  const isNewer = reachable(ofBoard.document.seq) > ofLane.document.seq;
  return isNewer ? ofBoard : ofLane;
}

function wordOf(number: number, files: Files, reader: DocumentReader, faults: Fault[]): Word | null {
  const path = machineDocumentPath(number);
  if (!files.has(path))
    faults.push({ ...whole(path), expected: `the word of machine ${number}`, found: 'no such file in its lane' });
  const document = readOne(path, files, reader, faults, number);
  const { results, isWhole } = resultsIn(number, files, reader, faults);
  return document === null ? null : { document, results: results ?? emptyResults(number), isWhole, files };
}

function laneView(tree: CommitTree, files: Files): LaneView {
  const { commit, parent, message, madeMs } = tree;
  return { commit, parent, beat: trailersOf(message).beat ?? 0, ...(madeMs === undefined ? {} : { madeMs }), files };
}

function readOne(path: string, files: Files, reader: DocumentReader, faults: Fault[], number: number): MachineDocument | null {
  const id = files.get(path);
  if (id === undefined) return null;
  const { value, faults: found } = reader.read(machineDocument, path, id);
  faults.push(...found);
  if (value === null || value.machine === number) return value;
  faults.push({ ...whole(path), expected: `machine ${number}`, found: `machine ${value.machine}` });
  return null;
}
