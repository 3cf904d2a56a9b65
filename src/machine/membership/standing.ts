// Where a folder would stand in a fleet, as one fetch shows it: as which number, whether it lays down documents, and what forbids it (I1, I2, I3).
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import { BOARD_FOLDER } from '../../core/model/ledger/trees.ts';
import type { Self } from '../../core/model/machines/self.ts';
import { faultText } from '../../core/model/status/fault.ts';
import { isUnread } from '../../documents/document-text.ts';
import { machineDocumentPath, ORDERS_PATH, resultsPath } from '../../documents/paths.ts';
import { CoordError } from '../../errors.ts';
import type { Machine } from '../context.ts';
import { look } from '../reading/fetch-snapshot.ts';
import { mustBeNoMachineYet, mustBeSilent } from './another-machine.ts';

export interface Enrolment {
  selfAs(number: number, snapshot: Snapshot): Self;
  /** People's documents of a new fleet, by path; null = join only. */
  readonly found: ReadonlyMap<string, string> | null;
  /** The number of an earlier machine (I2); null = a new number. */
  readonly as: number | null;
  /** This computer may become a second machine of the fleet (I1), or a machine that another computer was just heard as (I2.6). */
  readonly again: boolean;
  /** I2.6: this computer knows a folder of the machine that it comes back as. */
  readonly wasHere: boolean;
  /** README.md of a repo in which nothing is yet; null = it gets none. */
  readonly frontPage: string | null;
}

/** Which machine this folder would be, in the fleet as one fetch shows it. */
export interface Standing {
  readonly snapshot: Snapshot;
  readonly number: number;
  readonly name: string;
  readonly self: Self;
  /** What the folder's journal says, whatever became of its machine. */
  readonly journal: JournalState | null;
  /** The same, unless its machine has left or is about to (I4). */
  readonly begun: JournalState | null;
  /** The lane of an earlier try stands there. */
  readonly hasLane: boolean;
  /** That lane is of another number than the journal's. */
  readonly isOther: boolean;
  readonly laysDown: boolean;
  /** An earlier try has said all. */
  readonly isSaid: boolean;
}

/** Throws like `enroll`. */
export async function standingOf(machine: Machine, { selfAs, found, as, again, wasHere }: Enrolment): Promise<Standing> {
  const journal = await machine.journal.load();
  // I4: a folder that is leaving or has left finds the lane that it left behind.
  const begun = journal?.leaving === null ? journal : null;
  const { snapshot, trouble } = await look(machine, null);
  if (trouble !== null) throw new CoordError('UNREACHABLE', `the remote was not reached: ${trouble.message}`, null);
  if (snapshot === null) throw new Error('bug: a fetch that showed nothing');
  mustHaveFolder(snapshot);
  const mine = [...snapshot.lanes].find(([, lane]) => begun?.pushed.includes(lane.commit))?.[0] ?? null;
  const laysDown = found !== null && mayLayDown(snapshot, mine);
  if (!laysDown && found === null && !isFleet(snapshot)) throw noFleet();
  if (as !== null && mine !== null && mine !== as) throw begunAs(mine);
  const given = as ?? mine;
  if (given === null) mustHaveRoom(snapshot);
  const number = given ?? lowestFree(snapshot);
  const self = selfAs(number, snapshot);
  if (given === null && !again) mustBeNoMachineYet(snapshot, self.computer);
  if (as !== null && mine === null && !again)
    mustBeSilent(snapshot, as, { computer: self.computer, wasHere }, machine.clock.now().wallMs);
  const said = mine === null || as !== null ? undefined : snapshot.machines.get(number)?.document.name;
  // A mirror that lags may show its own lane only after the journal has begun as another number: what the lane says counts.
  const isOther = mine !== null && begun?.machine !== mine;
  const isSaid = mine !== null && !isOther && !laysDown;
  const name = said ?? self.name;
  return { snapshot, number, name, self, journal, begun, hasLane: mine !== null, isOther, laysDown, isSaid };
}

/** Of several machines whose board was refused, the first creates it; if there are orders, nobody does. */
function mayLayDown(snapshot: Snapshot, mine: number | null): boolean {
  if (hasOrders(snapshot)) return false;
  const [lowest] = snapshot.lanes.keys();
  return mine === null ? !isFleet(snapshot) : lowest === mine;
}

function begunAs(mine: number): CoordError {
  const why = `this folder has begun to join as machine ${mine}`;
  return new CoordError('REFUSED', why, 'the same command without --as, which continues that');
}

/** R8: a machine that joins beyond the limit would not count. */
function mustHaveRoom({ machines, fleet, uncounted = [] }: Snapshot): void {
  const present = [...machines.values()].filter(({ document }) => document.state !== 'LEFT').length;
  if (present < fleet.machinesMax && uncounted.length === 0) return;
  const why = `the fleet has ${present + uncounted.length} machines, and machines_max is ${fleet.machinesMax}`;
  throw new CoordError('REFUSED', why, 'set machines_max in coordination/fleet.yaml, or coord machines remove <number>');
}

/** Nothing is written over what stands there. */
function mustHaveFolder({ main, faults }: Snapshot): void {
  if (main.unread !== 'all') return;
  const why = faults.flatMap((fault) => (fault.document === BOARD_FOLDER ? [faultText(fault)] : []));
  throw new CoordError('REFUSED', [`${BOARD_FOLDER} on main cannot be read`, ...why].join(': '), null);
}

function noFleet(): CoordError {
  const why = 'there is no fleet in this repo: main holds no coordination/ORDERS.json, and no machine has a lane';
  return new CoordError('NO_FLEET', why, 'coord init <url>');
}

/** Also where they cannot be read. */
function hasOrders(snapshot: Snapshot): boolean {
  return isThere(snapshot, ORDERS_PATH);
}

export function isThere({ main }: Snapshot, path: string): boolean {
  return main.files.has(path) || isUnread(main, path);
}

function isFleet(snapshot: Snapshot): boolean {
  return hasOrders(snapshot) || snapshot.machines.size > 0 || snapshot.lanes.size > 0;
}

/** I1, I4: a number with a lane, or with documents on the board, is taken. */
function lowestFree(snapshot: Snapshot): number {
  for (let number = 1; ; number += 1) {
    const isTaken =
      snapshot.lanes.has(number) ||
      // Git cannot hold a ref if another one stands below its name (R7).
      snapshot.odd?.some(({ path }) => path.startsWith(`machines/${number}/`)) ||
      snapshot.machines.has(number) ||
      [machineDocumentPath(number), resultsPath(number)].some((path) => snapshot.board.files.has(path));
    if (!isTaken) return number;
  }
}
