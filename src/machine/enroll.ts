// Becoming a machine of a fleet: the number is given by creating the lane, so two joiners at once cannot get the same (I1). The
// journal lists the lane before it is pushed; an answer that was lost is found again by the next fetch (R5).
import { workName } from '../core/assignment.ts';
import { deriveOwn } from '../core/derive-own.ts';
import type { JournalState } from '../core/model/journal.ts';
import { newJournal } from '../core/model/journal-start.ts';
import type { Self } from '../core/model/self.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import { observeLedger } from '../core/observe.ts';
import { parseFleet } from '../documents/fleet.ts';
import { parseOrders } from '../documents/orders.ts';
import { FLEET_PATH, ORDERS_PATH } from '../documents/paths.ts';
import { CoordError } from '../errors.ts';
import { compose } from './compose.ts';
import type { Machine } from './context.ts';
import { readSnapshot } from './read-snapshot.ts';
import { say } from './say.ts';

/** Each try loses only to somebody else's success. */
const TRIES_MAX = 50;

export interface Enrolled {
  readonly machine: number;
  readonly name: string;
  /** The fleet as it was before this machine. */
  readonly snapshot: Snapshot;
  /** True = this machine laid the board down; false = somebody else has, before or at the same time. */
  readonly founded: boolean;
}

/** `found`: the people's documents of a new fleet, by path; null = join only, throws NO_FLEET where there is none. */
export async function enroll(
  machine: Machine,
  selfAs: (number: number, snapshot: Snapshot) => Self,
  found: ReadonlyMap<string, string> | null,
): Promise<Enrolled> {
  let founded = false;
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const earlier = await machine.journal.load();
    const fetched = await machine.ledger.fetch(null);
    if (fetched.kind === 'unreachable') {
      throw new CoordError('UNREACHABLE', `the remote was not reached: ${fetched.trouble.message}`, null);
    }
    const snapshot = await readSnapshot(machine.ledger, fetched.trees, null, machine.cache);
    const mine = [...snapshot.machines].find(([, view]) => view.lane !== null && earlier?.pushed.includes(view.lane.commit));
    if (mine !== undefined) return { machine: mine[0], name: mine[1].document.name, snapshot, founded };
    const hasFleet = isFleet(snapshot);
    if (!hasFleet && found === null) {
      throw new CoordError(
        'NO_FLEET',
        'there is no fleet in this repo: main holds no coordination/ORDERS.json, and no machine has a lane',
        'coord init <url>',
      );
    }
    const number = lowestFree(snapshot);
    const before = snapshot.orders.orders.filter((order) => order.assign.kind === 'all').map(workName);
    const fresh = newJournal(number, earlier?.instance ?? machine.random.uuid(), before);
    const now = machine.clock.now();
    const state: JournalState = observeLedger(
      { ...fresh, pushed: earlier?.pushed ?? [], board: snapshot.fleet.board },
      snapshot,
      now,
    );
    const people = hasFleet || found === null ? new Map<string, string>() : found;
    const seen = withPeople(snapshot, people, (text) => machine.ledger.idOf(text));
    const self = selfAs(number, snapshot);
    const own = deriveOwn(seen, state, self, [], now);
    const subject = `${number} ${self.name}: ${hasFleet ? 'joined' : 'founded the fleet'}`;
    const composed = compose({ snapshot: seen, state, own, people, subject, now, idOf: (text) => machine.ledger.idOf(text) });
    const said = await say(machine, state, composed, own.document.updated);
    founded ||= !hasFleet && said.main === 'accepted';
    if (said.lane === 'accepted') return { machine: number, name: self.name, snapshot, founded };
  }
  throw new CoordError('FAILED', `no lane could be created in ${TRIES_MAX} tries`, 'git ls-remote <url>');
}

export function isFleet(snapshot: Snapshot): boolean {
  return snapshot.main.files.has(ORDERS_PATH) || snapshot.machines.size > 0;
}

/** I1, I4: a number with a lane, or with documents on the board, is somebody's. */
function lowestFree(snapshot: Snapshot): number {
  for (let number = 1; ; number += 1) {
    const isTaken =
      snapshot.machines.has(number) ||
      [`COMPUTER_${number}.md`, `results/${number}.json`].some((path) => snapshot.board.files.has(path));
    if (!isTaken) return number;
  }
}

function withPeople(snapshot: Snapshot, people: ReadonlyMap<string, string>, idOf: (text: string) => string): Snapshot {
  if (people.size === 0) return snapshot;
  const files = new Map(snapshot.main.files);
  for (const [path, text] of people) files.set(path, idOf(text));
  const orders = parseOrders(people.get(ORDERS_PATH) ?? '').value ?? snapshot.orders;
  const fleet = parseFleet(people.get(FLEET_PATH) ?? '').value ?? snapshot.fleet;
  return { ...snapshot, main: { ...snapshot.main, files }, orders, fleet, ordersReadable: true, faults: [] };
}
