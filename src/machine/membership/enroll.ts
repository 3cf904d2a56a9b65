// Becoming a machine of a fleet: the number is given by creating the lane, so two joiners at once cannot get the same (I1). The
// journal lists the lane before it is pushed; an answer that was lost is found again by the next fetch (R5).
import { isoTime } from '../../core/base/time.ts';
import { observeLedger } from '../../core/cycle/observe-ledger.ts';
import { observeClaims } from '../../core/cycle/own-claims.ts';
import { deriveOwnDocuments } from '../../core/cycle/own-documents.ts';
import { startAtEnd } from '../../core/messages/mailbox.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import { newJournal } from '../../core/model/ledger/journal-start.ts';
import { MAY_PUSH_HINT, type Refusal } from '../../core/model/ledger/push.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import { BOARD_FOLDER } from '../../core/model/ledger/trees.ts';
import type { Self } from '../../core/model/machines/self.ts';
import { EMPTY_MAIL } from '../../core/model/messages/mail.ts';
import { faultText } from '../../core/model/status/fault.ts';
import { workName } from '../../core/orders/assignment.ts';
import { isUnread } from '../../documents/document-text.ts';
import { parseFleet } from '../../documents/fleet/fleet.ts';
import { parseOrders } from '../../documents/orders/orders.ts';
import { FLEET_PATH, machineDocumentPath, ORDERS_PATH, resultsPath } from '../../documents/paths.ts';
import { expandUses, freshSources } from '../../documents/templates/expand.ts';
import { CoordError } from '../../errors.ts';
import type { Machine } from '../context.ts';
import { look } from '../reading/fetch-snapshot.ts';
import { compose } from '../steps/build-push.ts';
import { pushChanges } from '../steps/push-changes.ts';
import { mustBeNoMachineYet, mustBeSilent } from './another-machine.ts';
import { takeOverMachine } from './take-over.ts';

/** A try fails only if somebody else succeeds. */
const TRIES_MAX = 50;
/** A number that is refused this often, though nobody took it, is no race: the host takes no lanes from this computer (R4). */
const REFUSALS_MAX = 5;

export interface Enrolled {
  readonly machine: number;
  readonly name: string;
  /** The fleet as it was before this machine. */
  readonly snapshot: Snapshot;
  /** True = this machine created the board; false = somebody else did, before or at the same time. */
  readonly founded: boolean;
}

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

/** Throws NO_FLEET where it may join only and there is no fleet, REFUSED where the host takes no documents of a new one, ANOTHER_MACHINE where `again` is asked for. */
export async function enroll(machine: Machine, { selfAs, found, as, again, wasHere, frontPage }: Enrolment): Promise<Enrolled> {
  let founded = false;
  let refused = { number: 0, times: 0 };
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const earlier = await machine.journal.load();
    // I4: a folder that is leaving or has left finds the lane that it left behind.
    const began = earlier?.leaving === null ? earlier : null;
    const { snapshot, trouble } = await look(machine, null);
    if (trouble !== null) throw new CoordError('UNREACHABLE', `the remote was not reached: ${trouble.message}`, null);
    if (snapshot === null) throw new Error('bug: a fetch that showed nothing');
    mustHaveFolder(snapshot);
    const mine = [...snapshot.lanes].find(([, lane]) => began?.pushed.includes(lane.commit))?.[0] ?? null;
    const laysDown = found !== null && mayLayDown(snapshot, mine);
    if (!laysDown && found === null && !isFleet(snapshot)) throw noFleet();
    if (as !== null && mine !== null && mine !== as) throw begunAs(mine);
    const begun = as ?? mine;
    if (begun === null) mustHaveRoom(snapshot);
    const number = begun ?? lowestFree(snapshot);
    const self = selfAs(number, snapshot);
    if (begun === null && !again) mustBeNoMachineYet(snapshot, self.computer);
    if (as !== null && mine === null && !again)
      mustBeSilent(snapshot, as, { computer: self.computer, wasHere }, machine.clock.now().wallMs);
    const said = mine === null ? undefined : snapshot.machines.get(number)?.document.name;
    const enrolled = { machine: number, name: as === null ? (said ?? self.name) : self.name, snapshot };
    // A mirror that lags may show its own lane only after the journal has begun as another number: what the lane says counts.
    const isOther = mine !== null && began?.machine !== mine;
    if (mine !== null && !isOther && !laysDown) return { ...enrolled, founded };
    const now = machine.clock.now();
    const start =
      as === null && !isOther
        ? stateFor(machine, began, number, mine, snapshot)
        : await takeOverMachine(machine, earlier, number, snapshot);
    // A lane that is taken over always shows another instance.
    const seen = observeLedger({ ...start, board: snapshot.fleet.board }, snapshot, now, self.computer);
    // R8: this machine counts after those that it found, whichever machines come before its first look. R3a: main is what this fetch showed.
    const admitted = [...new Set([...seen.admitted, number])];
    const looked = { ...seen, duplicate: null, admitted, main: snapshot.main.commit, rewritten: null };
    // I2: what the earlier instance had claimed may have run there. It ends as interrupted before this push could delete the claim as unused.
    const known = observeClaims(looked, snapshot, isoTime(now.wallMs));
    // A person's word is a try of its own, however short ago the host refused main.
    const state = laysDown && tries === 0 ? { ...known, boardRefused: null, refusedOn: {} } : known;
    const people = new Map(laysDown ? [...found].filter(([path]) => !isThere(snapshot, path)) : []);
    const idOf = (text: string) => machine.ledger.idOf(text);
    const shown = withPeople(snapshot, people, idOf);
    // O4: a machine that joins calls nobody lost; this process may have been held up since its fetch.
    const own = deriveOwnDocuments(shown, state, self, { waiting: [], now, fetchedAt: null, mailFiles: new Map(), idOf });
    const subject = `${number} ${self.name}: ${laysDown ? 'founded the fleet' : as === null ? 'joined' : 'back from a new folder'}`;
    const say = { snapshot: shown, state, own, people, subject, now, idOf, frontPage: laysDown ? frontPage : null };
    // I1.1: the number may turn out to be another's.
    const composed = compose({ ...say, leavesBoard: true });
    if (laysDown && state.boardRefused !== null) throw mainRefused(state.boardRefused);
    if (composed.changes === null) return { ...enrolled, founded };
    const outcome = await pushChanges(machine, state, composed);
    founded ||= laysDown && outcome.main === 'accepted';
    if (outcome.lane === 'accepted' && (founded || !laysDown)) return { ...enrolled, founded };
    refused = { number, times: outcome.lane !== 'refused' ? 0 : refused.number === number ? refused.times + 1 : 1 };
    if (refused.times >= REFUSALS_MAX) {
      const free = as === null ? ', although nobody has it' : '';
      const words = outcome.laneRefusal === null ? '' : ` (${outcome.laneRefusal})`;
      const found = `the remote refuses lanes from this computer: it refused number ${number} ${REFUSALS_MAX} times${free}${words}`;
      throw new CoordError('REFUSED', found, MAY_PUSH_HINT);
    }
  }
  throw new CoordError('FAILED', `no lane could be created in ${TRIES_MAX} tries`, 'git ls-remote <url>');
}

/** Of several machines whose board was refused, the first creates it; if there are orders, nobody does. */
function mayLayDown(snapshot: Snapshot, mine: number | null): boolean {
  if (hasOrders(snapshot)) return false;
  const [lowest] = snapshot.lanes.keys();
  return mine === null ? !isFleet(snapshot) : lowest === mine;
}

/** Orders that this machine passes over because it joined later: those listed when its lane was created. */
function stateFor(
  machine: Machine,
  earlier: JournalState | null,
  number: number,
  mine: number | null,
  snapshot: Snapshot,
): JournalState {
  if (mine !== null && earlier !== null) return earlier;
  const before = snapshot.orders.orders.filter((order) => order.assign.kind === 'all').map(workName);
  const mail = startAtEnd(EMPTY_MAIL, snapshot.mail, number, (text) => machine.ledger.idOf(text));
  const fresh = newJournal(number, earlier?.instance ?? machine.random.uuid(), before);
  return { ...fresh, mail, pushed: earlier?.pushed ?? [], beat: earlier?.beat ?? 0, seq: earlier?.seq ?? 0 };
}

/** R1a: the lane stands, but a fleet without its documents is none. */
function mainRefused({ detail, hint }: Refusal): CoordError {
  const help =
    hint ?? 'let this login push that branch on the host; where only people may, one of them puts coordination/ORDERS.json there';
  return new CoordError(
    'REFUSED',
    `the host refuses main, so there is no fleet yet: ${detail}`,
    `${help}; then the same command again`,
  );
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

function isThere({ main }: Snapshot, path: string): boolean {
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

function withPeople(snapshot: Snapshot, people: ReadonlyMap<string, string>, idOf: (text: string) => string): Snapshot {
  if (people.size === 0) return snapshot;
  const files = new Map(snapshot.main.files);
  for (const [path, text] of people) files.set(path, idOf(text));
  const fleet = parseFleet(people.get(FLEET_PATH) ?? '').value ?? snapshot.fleet;
  const written = parseOrders(people.get(ORDERS_PATH) ?? '').value ?? snapshot.orders;
  const { orders } = expandUses(written, freshSources(fleet.templates));
  return { ...snapshot, main: { ...snapshot.main, files }, orders, fleet, ordersReadable: true, faults: [] };
}
