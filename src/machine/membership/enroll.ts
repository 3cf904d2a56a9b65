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
import type { Instant } from '../../core/model/machines/instant.ts';
import { EMPTY_MAIL } from '../../core/model/messages/mail.ts';
import { workName } from '../../core/orders/assignment.ts';
import { parseFleet } from '../../documents/fleet/fleet.ts';
import { parseOrders } from '../../documents/orders/orders.ts';
import { FLEET_PATH, ORDERS_PATH } from '../../documents/paths.ts';
import { expandUses, freshSources } from '../../documents/templates/expand.ts';
import { CoordError } from '../../errors.ts';
import type { Machine } from '../context.ts';
import { type Composed, compose } from '../steps/build-push.ts';
import { pushChanges } from '../steps/push-changes.ts';
import { type Enrolment, isThere, type Standing, standingOf } from './standing.ts';
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

/** Throws NO_FLEET where it may join only and there is no fleet, REFUSED where the host takes no documents of a new one, ANOTHER_MACHINE where `again` is asked for. */
export async function enroll(machine: Machine, enrolment: Enrolment): Promise<Enrolled> {
  const { as } = enrolment;
  let founded = false;
  let refused = { number: 0, times: 0 };
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const standing = await standingOf(machine, enrolment);
    const { snapshot, number, name, laysDown } = standing;
    const enrolled = { machine: number, name, snapshot };
    if (standing.isSaid) return { ...enrolled, founded };
    const now = machine.clock.now();
    const known = await stateFor(machine, standing, as, now);
    // A person's word is a try of its own, however short ago the host refused main.
    const state = laysDown && tries === 0 ? { ...known, boardRefused: null, refusedOn: {} } : known;
    const composed = firstWords(machine, standing, state, enrolment, now);
    if (laysDown && state.boardRefused !== null) throw mainRefused(state.boardRefused);
    if (composed.changes === null) return { ...enrolled, founded };
    const outcome = await pushChanges(machine, state, composed);
    founded ||= laysDown && outcome.main === 'accepted';
    if (outcome.lane === 'accepted' && (founded || !laysDown)) return { ...enrolled, founded };
    refused = { number, times: outcome.lane !== 'refused' ? 0 : refused.number === number ? refused.times + 1 : 1 };
    if (refused.times >= REFUSALS_MAX) throw lanesRefused(number, as, outcome.laneRefusal);
  }
  throw new CoordError('FAILED', `no lane could be created in ${TRIES_MAX} tries`, 'git ls-remote <url>');
}

async function stateFor(machine: Machine, standing: Standing, as: number | null, now: Instant): Promise<JournalState> {
  const { snapshot, number, self, journal, isOther } = standing;
  const start =
    as === null && !isOther ? begunState(machine, standing) : await takeOverMachine(machine, journal, number, snapshot);
  // A lane that is taken over always shows another instance.
  const seen = observeLedger({ ...start, board: snapshot.fleet.board }, snapshot, now, self.computer);
  // R8: this machine counts after those that it found, whichever machines come before its first look. R3a: main is what this fetch showed.
  const admitted = [...new Set([...seen.admitted, number])];
  const looked = { ...seen, duplicate: null, admitted, main: snapshot.main.commit, rewritten: null };
  // I2: what the earlier instance had claimed may have run there. It ends as interrupted before this push could delete the claim as unused.
  return observeClaims(looked, snapshot, isoTime(now.wallMs));
}

/** Its lane, with the documents of a new fleet where it lays them down. */
function firstWords(
  machine: Machine,
  { snapshot, number, self, laysDown }: Standing,
  state: JournalState,
  { found, as, frontPage }: Enrolment,
  now: Instant,
): Composed {
  const people = new Map(laysDown ? [...(found ?? [])].filter(([path]) => !isThere(snapshot, path)) : []);
  const idOf = (text: string) => machine.ledger.idOf(text);
  const shown = withPeople(snapshot, people, idOf);
  // O4: a machine that joins calls nobody lost; this process may have been held up since its fetch.
  const own = deriveOwnDocuments(shown, state, self, { waiting: [], now, fetchedAt: null, mailFiles: new Map(), idOf });
  const subject = `${number} ${self.name}: ${laysDown ? 'founded the fleet' : as === null ? 'joined' : 'back from a new folder'}`;
  const say = { snapshot: shown, state, own, people, subject, now, idOf, frontPage: laysDown ? frontPage : null };
  // I1.1: the number may turn out to be another's.
  return compose({ ...say, leavesBoard: true });
}

/** Orders that this machine passes over because it joined later: those listed when its lane was created. */
function begunState(machine: Machine, { snapshot, number, begun, hasLane }: Standing): JournalState {
  if (hasLane && begun !== null) return begun;
  const before = snapshot.orders.orders.filter((order) => order.assign.kind === 'all').map(workName);
  const mail = startAtEnd(EMPTY_MAIL, snapshot.mail, number, (text) => machine.ledger.idOf(text));
  const fresh = newJournal(number, begun?.instance ?? machine.random.uuid(), before);
  return { ...fresh, mail, pushed: begun?.pushed ?? [], beat: begun?.beat ?? 0, seq: begun?.seq ?? 0 };
}

function lanesRefused(number: number, as: number | null, refusal: string | null): CoordError {
  const free = as === null ? ', although nobody has it' : '';
  const words = refusal === null ? '' : ` (${refusal})`;
  const found = `the remote refuses lanes from this computer: it refused number ${number} ${REFUSALS_MAX} times${free}${words}`;
  return new CoordError('REFUSED', found, MAY_PUSH_HINT);
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

function withPeople(snapshot: Snapshot, people: ReadonlyMap<string, string>, idOf: (text: string) => string): Snapshot {
  if (people.size === 0) return snapshot;
  const files = new Map(snapshot.main.files);
  for (const [path, text] of people) files.set(path, idOf(text));
  const fleet = parseFleet(people.get(FLEET_PATH) ?? '').value ?? snapshot.fleet;
  const written = parseOrders(people.get(ORDERS_PATH) ?? '').value ?? snapshot.orders;
  const { orders } = expandUses(written, freshSources(fleet.templates));
  return { ...snapshot, main: { ...snapshot.main, files }, orders, fleet, ordersReadable: true, faults: [] };
}
