// decide: what this machine does next, as a list of values. Pure (C1). Looks at nothing but the snapshot, the journal and the
// local policy; starting, stopping and saying so are the shell's.
import { assignmentOf, machineLabel } from './assignment.ts';
import type { Instant, JournalState } from './model/journal.ts';
import { type Order, PRIORITIES } from './model/order.ts';
import type { OlderRun, StopReason, WaitingOrder } from './model/run.ts';
import type { Self } from './model/self.ts';
import type { Snapshot } from './model/snapshot.ts';
import { refusalOf } from './policy.ts';
import { isLost } from './presence.ts';
import { runsOf } from './run-index.ts';

export type Action =
  | { readonly kind: 'start'; readonly order: Order; readonly attempt: number }
  | { readonly kind: 'stop'; readonly key: string; readonly reason: StopReason };

export interface Decision {
  readonly actions: readonly Action[];
  /** Orders meant for this machine that it does not start now, and why. */
  readonly waiting: readonly WaitingOrder[];
}

export interface Circumstances {
  /** When a fetch showed this snapshot; null = the machine is offline, and can call nobody lost. */
  readonly fetchedAt: Instant | null;
  /** Orders that found no place on this computer in this cycle, and why: they wait, and take no slot. */
  readonly unplaced: ReadonlyMap<string, Pick<WaitingOrder, 'state' | 'reason'>>;
}

export function decide(snapshot: Snapshot, state: JournalState, self: Self, when: Circumstances): Decision {
  const stops = stopsOf(snapshot, state);
  if (state.duplicate !== null || state.leaving !== null) return { actions: stops, waiting: [] };
  const actions: Action[] = [...stops];
  const waiting: WaitingOrder[] = [];
  let freeSlots = self.policy.slots - state.active.length;
  const past = pastOf(snapshot, state);
  for (const order of byPriority(snapshot.orders.orders)) {
    const attempt = nextAttempt(order, snapshot, state, past);
    if (attempt === null) continue;
    const { id, generation } = order;
    const wait = (kind: WaitingOrder['state'], reason: string) => waiting.push({ order: id, generation, state: kind, reason });
    const refusal = refusalOf(order, self);
    const unplaced = when.unplaced.get(id);
    const earlier = earlierRun(order, snapshot, state.machine, (machine) => isGone(machine, snapshot, state, when.fetchedAt));
    if (refusal !== null) wait('BLOCKED', refusal);
    else if (unplaced !== undefined) wait(unplaced.state, unplaced.reason);
    else if (earlier !== null) wait('ASSIGNED', earlier);
    else if (freeSlots <= 0) wait('ASSIGNED', 'waits for a free slot');
    else if (isTakingOver(snapshot, state)) wait('ASSIGNED', 'starts next');
    else if (!snapshot.ordersReadable) wait('BLOCKED', 'ORDERS.json cannot be read; nothing new starts');
    else {
      freeSlots -= 1;
      actions.push({ kind: 'start', order, attempt });
    }
  }
  return { actions, waiting };
}

/** R3, I2: what stands as my word is an earlier instance's: it may still act, until mine has replaced it. */
function isTakingOver(snapshot: Snapshot, state: JournalState): boolean {
  const shown = snapshot.machines.get(state.machine);
  return shown !== undefined && shown.document.instance !== state.instance;
}

/** O8: what runs here and should not any more. An entry that cannot be read is no removal (D4). */
function stopsOf(snapshot: Snapshot, state: JournalState): Action[] {
  const refused = new Set(snapshot.orders.refused.map((entry) => entry.id));
  return state.active.flatMap((run): Action[] => {
    if (run.stop !== null) return [];
    if (state.leaving?.stop) return [{ kind: 'stop', key: run.key, reason: 'left' }];
    if (refused.has(run.order)) return [];
    const order = snapshot.orders.orders.find((candidate) => candidate.id === run.order);
    // An entry without a readable id may be this one.
    if (order === undefined) {
      return snapshot.ordersReadable && !refused.has(null) ? [{ kind: 'stop', key: run.key, reason: 'removed' }] : [];
    }
    if (order.cancelled) return [{ kind: 'stop', key: run.key, reason: 'cancelled' }];
    if (order.generation > run.generation) return [{ kind: 'stop', key: run.key, reason: 'superseded' }];
    return [];
  });
}

/** Highest priority first; within one, as people wrote them. */
function byPriority(orders: readonly Order[]): readonly Order[] {
  return [...orders].sort((a, b) => PRIORITIES.indexOf(b.priority) - PRIORITIES.indexOf(a.priority));
}

/** The attempt that is due here, or null: not meant for this machine, running, or done with (O1, O8). */
function nextAttempt(order: Order, snapshot: Snapshot, state: JournalState, past: Past): number | null {
  if (order.cancelled || order.notYetSupported.length > 0) return null;
  const assignment = assignmentOf(order, past.machines);
  if (assignment.kind === 'nobody' || !assignment.machines.includes(state.machine)) return null;
  if (state.active.some((run) => run.order === order.id)) return null;
  if (order.assign.kind !== 'all' && startedElsewhere(order, snapshot, state.machine)) return null;
  const mine = past.ended.get(order.id) ?? [];
  if (mine.some((run) => run.generation > order.generation)) return null;
  return attemptAfter(
    mine.filter((run) => run.generation === order.generation),
    order.attempts,
  );
}

interface Past {
  /** What this machine passed over at its join comes from its journal: its lane may not have said so yet. */
  readonly machines: Snapshot['machines'];
  /** What ended here, by order. */
  readonly ended: ReadonlyMap<string, readonly OlderRun[]>;
}

function pastOf(snapshot: Snapshot, state: JournalState): Past {
  const ended = new Map<string, OlderRun[]>();
  for (const run of [...state.older, ...state.ended]) ended.set(run.order, [...(ended.get(run.order) ?? []), run]);
  const mine = snapshot.machines.get(state.machine);
  if (mine === undefined) return { machines: snapshot.machines, ended };
  const results = { ...mine.results, before: state.before };
  return { machines: new Map(snapshot.machines).set(state.machine, { ...mine, results }), ended };
}

function attemptAfter(past: readonly OlderRun[], attemptsMax: number): number | null {
  if (past.some((run) => run.state !== 'FAILED')) return null;
  const last = past.reduce((highest, run) => Math.max(highest, run.attempt), 0);
  return last < attemptsMax ? last + 1 : null;
}

/**
 * S3: an order whose `assign` was edited after it started stays where it started; moving it takes a raised generation, and a
 * lowered one changes nothing (O8).
 */
function startedElsewhere(order: Order, snapshot: Snapshot, me: number): boolean {
  return [...snapshot.machines.values()].some(({ document, results }) => {
    if (document.machine === me) return false;
    const { running, ended } = runsOf(results, order.id);
    return [...running, ...ended].some((run) => run.generation >= order.generation);
  });
}

/** O8: a raised generation waits until the older run, wherever it is, has ended or is lost. `all` orders are each machine's own. */
function earlierRun(order: Order, snapshot: Snapshot, me: number, isGoneFor: (machine: number) => boolean): string | null {
  if (order.assign.kind === 'all') return null;
  for (const [machine, { results }] of snapshot.machines) {
    if (machine === me || isGoneFor(machine)) continue;
    const run = runsOf(results, order.id).running.find((candidate) => candidate.generation < order.generation);
    if (run !== undefined)
      return `waits until generation ${run.generation} has ended on ${machineLabel(machine, snapshot.machines)}`;
  }
  return null;
}

function isGone(machine: number, snapshot: Snapshot, state: JournalState, fetchedAt: Instant | null): boolean {
  if (snapshot.machines.get(machine)?.document.state === 'LEFT') return true;
  return fetchedAt !== null && isLost(machine, snapshot, state, fetchedAt);
}
