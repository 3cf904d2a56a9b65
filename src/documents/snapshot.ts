// Trees become a snapshot. Only known paths of mode 100644 are ever looked at (D8); what does not parse is a fault, never a
// throw, and the newest version that does parse stays in force (D4).
import { ruledOrders } from '../core/approvals.ts';
import type { ClaimView } from '../core/model/claim.ts';
import type { Fault, Parsed } from '../core/model/fault.ts';
import { DEFAULT_FLEET, type FleetSettings } from '../core/model/fleet.ts';
import type { MachineDocument } from '../core/model/machine.ts';
import { NO_ORDERS, type OrdersDocument } from '../core/model/order.ts';
import { emptyResults, type ResultsDocument } from '../core/model/run.ts';
import type { Files, LaneView, MachineView, Snapshot } from '../core/model/snapshot.ts';
import type { CommitTree, Trees } from '../core/model/trees.ts';
import { withMissingSpecs } from '../core/specs.ts';
import { parseClaim } from './claim-message.ts';
import { withLastGood } from './fleet.ts';
import { allUnreadable, reasonOf } from './fleet-approvals.ts';
import { FLEET_PATH, machineDocumentPath, ORDERS_PATH, type Owner, ownerOf, STATUS_PATH } from './paths.ts';
import { handOffsIn, type ParsedHandOffs } from './snapshot-hand-offs.ts';
import { mailOf, type ParsedLogs } from './snapshot-mail.ts';
import { type ParsedResults, resultsIn } from './snapshot-results.ts';
import { type ParsedSpecs, specsOf } from './snapshot-specs.ts';
import { isByMachine, trailersOf } from './trailers.ts';

/** The parsed form of a file by its id; faults carry the path that was asked for. */
export interface ParsedFiles extends ParsedLogs, ParsedHandOffs, ParsedResults, ParsedSpecs {
  orders(id: string): Parsed<OrdersDocument>;
  fleet(id: string): Parsed<FleetSettings>;
  machine(id: string, path: string): Parsed<MachineDocument>;
  /** `sources` of a STATUS.json. */
  sources(id: string): string | null;
}

/** Earlier versions of the people's documents, newest first, for those whose present version does not parse. */
export type EarlierVersions = ReadonlyMap<string, readonly string[]>;

export function parseSnapshot(trees: Trees, boardBranch: string | null, parsed: ParsedFiles, earlier: EarlierVersions): Snapshot {
  const faults: Fault[] = [];
  // A copy on the board is mended by the next fold: its mode is nobody's fault to carry on, unless it is all there is of a machine.
  const counts = (owner: Owner) => owner.kind === 'people' || (owner.kind === 'machine' && !trees.lanes.has(owner.machine));
  const mainFiles = trees.main === null ? new Map() : filesOf(trees.main, faults, counts);
  const main = { commit: trees.main?.commit ?? null, byMachine: isByMachine(trees.main?.message), files: mainFiles };
  const boardTree = boardBranch === null ? trees.main : trees.board;
  const boardFiles = boardBranch === null ? main.files : boardTree === null ? new Map() : filesOf(boardTree, []);
  const statusId = boardFiles.get(STATUS_PATH);
  const board = {
    commit: boardTree?.commit ?? null,
    byMachine: isByMachine(boardTree?.message),
    files: boardFiles,
    sources: statusId === undefined ? null : parsed.sources(statusId),
  };
  const orders = inForce(ORDERS_PATH, main.files, (id) => parsed.orders(id), earlier, faults);
  const fleet = fleetInForce(main.files, parsed, earlier.get(FLEET_PATH) ?? [], faults);
  if (main.commit !== null && !main.files.has(ORDERS_PATH)) faults.push(missingOrders());
  const settings = fleet ?? (trees.main?.entries.has(FLEET_PATH) ? unreadableFleet(faults) : DEFAULT_FLEET);
  const { machines, lanes } = machinesOf(trees, boardFiles, parsed, faults);
  const mail = mailOf(machines, main.files, parsed, faults);
  const handOffs = handOffsIn(machines, parsed, faults);
  const specs = specsOf(main.files, parsed, faults);
  return {
    main,
    board,
    orders: withMissingSpecs(ruledOrders(orders.value ?? NO_ORDERS, settings), main.files),
    ordersReadable: orders.current,
    fleet: settings,
    ...(specs.size === 0 ? {} : { specs }),
    machines,
    lanes,
    claims: claimsOf(trees),
    ...(trees.odd === undefined ? {} : { odd: trees.odd }),
    mail,
    handOffs,
    faults,
  };
}

/** D4, of the document and of each setting in it. Null = no version of it can be read. */
function fleetInForce(files: Files, parsed: ParsedFiles, earlier: readonly string[], faults: Fault[]): FleetSettings | null {
  const id = files.get(FLEET_PATH);
  const present = id === undefined ? null : parsed.fleet(id);
  faults.push(...(present?.faults ?? []));
  const older = earlier.flatMap((it) => parsed.fleet(it).value ?? []);
  const [newest, ...before] = present === null || present.value === null ? older : [present.value, ...older];
  return newest === undefined ? null : withLastGood(newest, before);
}

/** It never could be read: nobody knows what people wanted to approve. */
function unreadableFleet(faults: readonly Fault[]): FleetSettings {
  const fault = faults.find(({ document }) => document === FLEET_PATH);
  return { ...DEFAULT_FLEET, approvals: allUnreadable(fault === undefined ? FLEET_PATH : reasonOf(fault)) };
}

function claimsOf(trees: Trees): ReadonlyMap<string, ClaimView> {
  const parsed = [...trees.claims].map(([name, claim]): [string, ClaimView | null] => [name, parseClaim(name, claim)]);
  return new Map(parsed.filter((entry): entry is [string, ClaimView] => entry[1] !== null));
}

/** The files that may be obeyed. A document that counts and has another mode is a fault; an unknown path is nobody's business. */
function filesOf(tree: CommitTree, faults: Fault[], counts: (owner: Owner) => boolean = () => true): Files {
  const files = new Map<string, string>();
  for (const [path, entry] of tree.entries) {
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

const MODE_WORDS: Readonly<Record<string, string>> = {
  '100755': 'an executable file (mode 100755)',
  '120000': 'a symbolic link',
  '160000': 'a submodule',
  '040000': 'a folder',
};

function whole(document: string): Pick<Fault, 'document' | 'line' | 'column' | 'level'> {
  return { document, line: null, column: null, level: 'fault' };
}

function missingOrders(): Fault {
  return { ...whole(ORDERS_PATH), expected: 'a file that lists the orders', found: 'no such file on main' };
}

/** D4: the present version if it parses, else the newest earlier one that does; its faults are those of the present one. */
function inForce<T>(
  path: string,
  files: Files,
  parse: (id: string) => Parsed<T>,
  earlier: EarlierVersions,
  faults: Fault[],
): { value: T | null; current: boolean } {
  const id = files.get(path);
  const present = id === undefined ? null : parse(id);
  faults.push(...(present?.faults ?? []));
  if (present !== null && present.value !== null) return { value: present.value, current: true };
  for (const older of earlier.get(path) ?? []) {
    const { value } = parse(older);
    if (value !== null) return { value, current: false };
  }
  return { value: null, current: false };
}

function machinesOf(
  trees: Trees,
  boardFiles: Files,
  parsed: ParsedFiles,
  faults: Fault[],
): { machines: ReadonlyMap<number, MachineView>; lanes: ReadonlyMap<number, LaneView> } {
  const numbers = new Set<number>(trees.lanes.keys());
  for (const path of boardFiles.keys()) {
    const owner = ownerOf(path);
    if (owner?.kind === 'machine' && path === machineDocumentPath(owner.machine)) numbers.add(owner.machine);
  }
  const machines = new Map<number, MachineView>();
  const lanes = new Map<number, LaneView>();
  const copies = byMachine(boardFiles);
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const tree = trees.lanes.get(number);
    const lane = tree === undefined ? null : laneView(tree, byMachine(filesOf(tree, faults)).get(number) ?? NO_FILES);
    if (lane !== null) lanes.set(number, lane);
    const view = machineView(number, lane, copies.get(number) ?? NO_FILES, parsed, faults);
    if (view !== null) machines.set(number, view);
  }
  return { machines, lanes };
}

const NO_FILES: Files = new Map();

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

/** A seq that no machine reaches: a person's slip on the board must not drive the owner's count out of what can be written. */
const SEQ_MAX = 1e12;

interface Word {
  readonly document: MachineDocument;
  readonly results: ResultsDocument;
  /** All of its results can be read. */
  readonly isWhole: boolean;
  readonly files: Files;
}

/** D2: the lane, unless the board's copy carries a higher seq; what of the lane does not parse is what the board holds (D4). */
function machineView(
  number: number,
  lane: LaneView | null,
  boardFiles: Files,
  parsed: ParsedFiles,
  faults: Fault[],
): MachineView | null {
  const ofLane = lane === null ? null : wordOf(number, lane.files, parsed, faults);
  const ofBoard = wordOf(number, boardFiles, parsed, lane === null ? faults : []);
  const word = inForceOf(ofLane, ofBoard);
  if (word === null) return null;
  const { document, results, files } = word;
  return { document, results, files, lane, copy: ofBoard?.document };
}

/** A word whose results cannot be read counts only where there is no better one: the two are said together. */
function inForceOf(ofLane: Word | null, ofBoard: Word | null): Word | null {
  if (ofLane === null || ofBoard === null) return ofLane ?? ofBoard;
  if (!ofBoard.isWhole) return ofLane;
  if (!ofLane.isWhole) return ofBoard;
  const isNewer = ofBoard.document.seq > ofLane.document.seq && ofBoard.document.seq <= SEQ_MAX;
  return isNewer ? ofBoard : ofLane;
}

function wordOf(number: number, files: Files, parsed: ParsedFiles, faults: Fault[]): Word | null {
  const path = machineDocumentPath(number);
  if (!files.has(path))
    faults.push({ ...whole(path), expected: `the word of machine ${number}`, found: 'no such file in its lane' });
  const document = readOne(path, files, (id) => parsed.machine(id, path), faults, number);
  const { results, isWhole } = resultsIn(number, files, parsed, faults);
  return document === null ? null : { document, results: results ?? emptyResults(number), isWhole, files };
}

function laneView(tree: CommitTree, files: Files): LaneView {
  return { commit: tree.commit, parent: tree.parent, beat: trailersOf(tree.message).beat ?? 0, files };
}

function readOne<T extends { readonly machine: number }>(
  path: string,
  files: Files,
  parse: (id: string) => Parsed<T>,
  faults: Fault[],
  number: number,
): T | null {
  const id = files.get(path);
  if (id === undefined) return null;
  const { value, faults: found } = parse(id);
  faults.push(...found);
  if (value === null || value.machine === number) return value;
  faults.push({ ...whole(path), expected: `machine ${number}`, found: `machine ${value.machine}` });
  return null;
}
