// Trees become a snapshot. Only known paths of mode 100644 are ever looked at (D8); what does not parse is a fault, never a
// throw, and the newest version that does parse stays in force (D4).
import { DEFAULT_FLEET, type FleetSettings } from '../../core/model/ledger/fleet.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Files, Snapshot } from '../../core/model/ledger/snapshot.ts';
import { BOARD_FOLDER, type CommitTree, type Trees } from '../../core/model/ledger/trees.ts';
import type { ClaimView } from '../../core/model/orders/claim.ts';
import { NO_ORDERS } from '../../core/model/orders/order.ts';
import type { SpecOutline } from '../../core/model/orders/spec.ts';
import type { Template } from '../../core/model/orders/template.ts';
import { type Fault, faultText } from '../../core/model/status/fault.ts';
import { withFleetRules } from '../../core/orders/fleet-approval-rules.ts';
import { withMissingSpecs } from '../../core/orders/specs.ts';
import { begunIn } from '../../core/runs/begun-templates.ts';
import { NO_BASIS, type StatusBasis, statusDocument } from '../board/status.ts';
import type { DocumentReader } from '../document.ts';
import { type Owner, specKind } from '../documents.ts';
import { fleetDocument, withLastGood } from '../fleet/fleet.ts';
import { allUnreadable } from '../fleet/fleet-approvals.ts';
import { parseClaim } from '../machine/claim-message.ts';
import { isByMachine } from '../machine/trailers.ts';
import { ordersDocument } from '../orders/orders.ts';
import { FLEET_PATH, machineDocumentPath, ORDERS_PATH, STATUS_PATH } from '../paths.ts';
import { versionsIn } from '../templates/choose-template.ts';
import { expandUses } from '../templates/expand.ts';
import type { WrittenOrders } from '../templates/uses.ts';
import { countFirst, filesOf, MODE_WORDS, machinesOf, unreadOf, whole } from './snapshot-machines.ts';
import { mailOf } from './snapshot-mail.ts';
import { saidIn } from './snapshot-more.ts';
import { mailToNobody, misnamedMail } from './unread-mail.ts';

/** Earlier versions of the people's documents, newest first, for those whose present version does not parse. */
export type EarlierVersions = ReadonlyMap<string, readonly string[]>;

/** Of the machine that reads: what its documents may not show yet. */
export type ViewerRuns = Pick<JournalState, 'admitted' | 'active' | 'ended' | 'older' | 'movedRuns'>;

export function parseSnapshot(
  trees: Trees,
  boardBranch: string | null,
  reader: DocumentReader,
  earlier: EarlierVersions,
  viewer: ViewerRuns | null,
): Snapshot {
  const faults: Fault[] = [];
  const isPeoples = (owner: Owner) => owner.kind === 'people';
  // The next fold repairs a copy on the board, so its mode is no fault, unless the copy is all there is of a machine.
  const isAllThereIs = (owner: Owner) => owner.kind === 'machine' && !trees.lanes.has(owner.machine);
  const isOnMain = boardBranch === null ? (owner: Owner) => isPeoples(owner) || isAllThereIs(owner) : isPeoples;
  const main = mainOf(trees, filesOf(trees.main, faults, isOnMain));
  const boardTree = boardBranch === null ? trees.main : trees.board;
  const boardFiles = boardBranch === null ? main.files : filesOf(boardTree, faults, isAllThereIs);
  const { sources, counted } = statusBasis(boardTree, reader);
  const board = {
    commit: boardTree?.commit ?? null,
    byMachine: isByMachine(boardTree?.message),
    files: boardFiles,
    sources,
    ...(boardTree?.isCut === true ? { isCut: true } : {}),
  };
  const unfit = [trees.main, boardTree].find((tree) => tree?.isCut === true);
  if (unfit != null) faults.push(unfit.standsFor === undefined ? tooManyFiles() : noFolder(unfit.standsFor));
  const orders = ordersInForce(main.files, reader, earlier.get(ORDERS_PATH) ?? [], faults);
  const fleet = fleetInForce(main.files, reader, earlier.get(FLEET_PATH) ?? [], faults);
  if (main.commit !== null && !main.files.has(ORDERS_PATH)) faults.push(missingOrders());
  const settings = settingsOf(fleet, trees.main, faults);
  const { machines, lanes, uncounted, uncountedRuns, unreadLanes } = machinesOf(
    trees,
    boardFiles,
    reader,
    faults,
    settings.machinesMax,
    countFirst(counted, viewer?.admitted ?? []),
  );
  if (uncounted.length > 0) faults.push(tooManyMachines(settings.machinesMax, uncounted));
  const mail = mailOf(machines, main.files, reader, faults);
  const isThere = (machine: number) =>
    lanes.has(machine) || uncounted.includes(machine) || boardFiles.has(machineDocumentPath(machine));
  faults.push(...misnamedMail(trees.main, machines), ...mailToNobody(mail.people, isThere));
  const more = saidIn(machines, reader, faults);
  const specs = specsOf(main.files, reader, faults);
  const templates = earlierTemplates(earlier.get(FLEET_PATH) ?? [], reader);
  const made = { templates: settings.templates, earlier: templates, begun: begunIn(machines, runsOf(viewer)) };
  const expanded = expandUses(orders.value ?? NO_ORDERS, made);
  faults.push(...expanded.faults);
  return {
    main,
    board,
    orders: withMissingSpecs(withFleetRules(expanded.orders, settings), main.files),
    ordersReadable: orders.current,
    fleet: settings,
    made,
    ...(expanded.wanted.length === 0 ? {} : { wanted: expanded.wanted }),
    ...(specs.size === 0 ? {} : { specs }),
    machines,
    lanes,
    claims: claimsOf(trees),
    ...(uncounted.length === 0 ? {} : { uncounted }),
    ...(uncountedRuns.size === 0 ? {} : { uncountedRuns }),
    ...(unreadLanes.length === 0 ? {} : { unreadLanes }),
    ...(trees.odd === undefined ? {} : { odd: trees.odd }),
    mail,
    more,
    faults,
  };
}

function runsOf(viewer: ViewerRuns | null) {
  return viewer === null ? [] : [...viewer.active, ...viewer.ended, ...viewer.older, ...viewer.movedRuns];
}

function mainOf({ main: tree, mainName }: Trees, files: Files): Snapshot['main'] {
  const unread = unreadOf(tree);
  const main = {
    commit: tree?.commit ?? null,
    byMachine: isByMachine(tree?.message),
    files,
    ...(mainName === undefined ? {} : { name: mainName }),
  };
  return unread !== 'all' && unread.at.size + unread.cut.size === 0 ? main : { ...main, unread };
}

/** What the STATUS.json of a board says of itself. */
export function statusBasis(board: CommitTree | null, reader: DocumentReader): StatusBasis {
  const entry = board?.entries.get(STATUS_PATH);
  if (entry?.mode !== '100644') return NO_BASIS;
  return reader.read(statusDocument, STATUS_PATH, entry.id).value ?? NO_BASIS;
}

/** D4, of the document and of each setting in it. Null = no version of it can be read. */
function fleetInForce(files: Files, reader: DocumentReader, earlier: readonly string[], faults: Fault[]): FleetSettings | null {
  const id = files.get(FLEET_PATH);
  const present = id === undefined ? null : reader.read(fleetDocument, FLEET_PATH, id);
  faults.push(...(present?.faults ?? []));
  const older = earlier.flatMap((it) => reader.read(fleetDocument, FLEET_PATH, it).value ?? []);
  const [newest, ...before] = present === null || present.value === null ? older : [present.value, ...older];
  return newest === undefined ? null : withLastGood(newest, before);
}

/** O20: of the versions that were read, the newest of each. */
function earlierTemplates(earlier: readonly string[], reader: DocumentReader): ReadonlyMap<string, Template> {
  return versionsIn(
    earlier.flatMap((id) => Object.values(reader.read(fleetDocument, FLEET_PATH, id).value?.templates.byName ?? {})),
  );
}

/** A file that was meant for the settings: what it says may be what holds the fleet. Null = there is none. */
function misnamedFleet(tree: CommitTree | null): Fault | null {
  const name = [...(tree?.entries.keys() ?? [])].find((path) => path !== FLEET_PATH && /^fleet\.ya?ml$/i.test(path));
  if (name === undefined) return null;
  const level = tree?.entries.has(FLEET_PATH) === true ? 'warning' : 'fault';
  return { ...whole(FLEET_PATH), level, expected: `the name ${FLEET_PATH}`, found: `"${name}", which nobody reads` };
}

/** `fleet`: null = no version of it can be read. */
function settingsOf(fleet: FleetSettings | null, tree: CommitTree | null, faults: Fault[]): FleetSettings {
  const misnamed = misnamedFleet(tree);
  if (misnamed !== null) faults.push(misnamed);
  const isSaid = misnamed !== null || tree?.entries.has(FLEET_PATH) === true;
  return fleet ?? (isSaid ? unreadableFleet(faults) : DEFAULT_FLEET);
}

/** It never could be read: nobody knows what people wanted to approve. */
function unreadableFleet(faults: readonly Fault[]): FleetSettings {
  const fault = faults.find(({ document }) => document === FLEET_PATH);
  return { ...DEFAULT_FLEET, approvals: allUnreadable(fault === undefined ? FLEET_PATH : faultText(fault)) };
}

function claimsOf(trees: Trees): ReadonlyMap<string, ClaimView> {
  const parsed = [...trees.claims].map(([name, claim]): [string, ClaimView | null] => [name, parseClaim(name, claim)]);
  return new Map(parsed.filter((entry): entry is [string, ClaimView] => entry[1] !== null));
}

function tooManyFiles(): Fault {
  const found = 'more: the rest is not read, and machines write nothing there';
  return { ...whole(BOARD_FOLDER), expected: 'at most 10,000 files in each of its folders, 100,000 in history', found };
}

function noFolder(mode: string): Fault {
  return { ...whole(BOARD_FOLDER), expected: 'a folder', found: `${MODE_WORDS[mode] ?? 'a file'}: machines write nothing there` };
}

function missingOrders(): Fault {
  return { ...whole(ORDERS_PATH), expected: 'a file that lists the orders', found: 'no such file on main' };
}

/** D4: the present version if it parses, else the newest earlier one that does; its faults are those of the present one. */
function ordersInForce(
  files: Files,
  reader: DocumentReader,
  earlier: readonly string[],
  faults: Fault[],
): { value: WrittenOrders | null; current: boolean } {
  const read = (id: string) => reader.read(ordersDocument, ORDERS_PATH, id);
  const id = files.get(ORDERS_PATH);
  const present = id === undefined ? null : read(id);
  faults.push(...(present?.faults ?? []));
  if (present !== null && present.value !== null) return { value: present.value, current: true };
  for (const older of earlier) {
    const { value } = read(older);
    if (value !== null) return { value, current: false };
  }
  return { value: null, current: false };
}

function tooManyMachines(machinesMax: number, [first, ...more]: readonly number[]): Fault {
  const who = more.length === 0 ? `machine ${first}` : `${more.length + 1} more, the lowest of them machine ${first}`;
  const expected = `at most ${machinesMax} machines; a fleet that has more sets machines_max`;
  return { ...whole(FLEET_PATH), expected, found: `${who}, which do not count` };
}

/** D10: nothing is decided by specs. One that cannot be read counts for nothing, and that is a warning. */
function specsOf(mainFiles: Files, reader: DocumentReader, faults: Fault[]): ReadonlyMap<string, SpecOutline> {
  const specs = new Map<string, SpecOutline>();
  for (const [path, id] of mainFiles) {
    const kind = specKind(path);
    if (kind === undefined) continue;
    const { value, faults: found } = reader.read(kind, path, id);
    if (value !== null) specs.set(path, value);
    else faults.push(...found.map((fault): Fault => ({ ...fault, level: 'warning' })));
  }
  return specs;
}
