// decide: what this machine does next, as a list of values. Pure (C1). Looks at nothing but the snapshot, the journal and the
// local policy; starting, stopping and saying so are the shell's.
import { assignmentOf } from './assignment.ts';
import type { JournalState } from './model/journal.ts';
import { type Order, PRIORITIES } from './model/order.ts';
import type { OlderRun, StopReason, WaitingOrder } from './model/run.ts';
import type { Self } from './model/self.ts';
import type { Snapshot } from './model/snapshot.ts';

export type Action =
  | { readonly kind: 'start'; readonly order: Order; readonly attempt: number }
  | { readonly kind: 'stop'; readonly key: string; readonly reason: StopReason };

export interface Decision {
  readonly actions: readonly Action[];
  /** Orders meant for this machine that it does not start now, and why. */
  readonly waiting: readonly WaitingOrder[];
}

export function decide(snapshot: Snapshot, state: JournalState, self: Self): Decision {
  const stops = stopsOf(snapshot, state);
  if (state.duplicate !== null) return { actions: stops, waiting: [] };
  const actions: Action[] = [...stops];
  const waiting: WaitingOrder[] = [];
  let freeSlots = self.policy.slots - state.active.length;
  for (const order of byPriority(snapshot.orders.orders)) {
    const attempt = nextAttempt(order, snapshot, state);
    if (attempt === null) continue;
    const wait = (kind: WaitingOrder['state'], reason: string) =>
      waiting.push({ order: order.id, generation: order.generation, state: kind, reason });
    const refusal = refusalOf(order, self);
    if (refusal !== null) wait('BLOCKED', refusal);
    else if (!snapshot.ordersReadable) wait('BLOCKED', 'ORDERS.json cannot be read; nothing new starts');
    else if (freeSlots <= 0) wait('ASSIGNED', 'waits for a free slot');
    else {
      freeSlots -= 1;
      actions.push({ kind: 'start', order, attempt });
    }
  }
  return { actions, waiting };
}

/** O8: what runs here and should not any more. An entry that cannot be read is no removal (D4). */
function stopsOf(snapshot: Snapshot, state: JournalState): Action[] {
  const refused = new Set(snapshot.orders.refused.map((entry) => entry.id));
  return state.active.flatMap((run): Action[] => {
    if (run.stop !== null || refused.has(run.order)) return [];
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
function nextAttempt(order: Order, snapshot: Snapshot, state: JournalState): number | null {
  if (order.cancelled || order.notYetSupported.length > 0) return null;
  const assignment = assignmentOf(order, withMyPast(snapshot, state));
  if (assignment.kind === 'nobody' || !assignment.machines.includes(state.machine)) return null;
  if (state.active.some((run) => run.order === order.id)) return null;
  if (order.assign.kind !== 'all' && startedElsewhere(order, snapshot, state.machine)) return null;
  const mine = [...state.older, ...state.ended].filter((run) => run.order === order.id);
  if (mine.some((run) => run.generation > order.generation)) return null;
  return attemptAfter(
    mine.filter((run) => run.generation === order.generation),
    order.attempts,
  );
}

/** What this machine passed over at its join comes from its journal: its lane may not have said so yet. */
function withMyPast(snapshot: Snapshot, state: JournalState): Snapshot['machines'] {
  const mine = snapshot.machines.get(state.machine);
  if (mine === undefined) return snapshot.machines;
  return new Map(snapshot.machines).set(state.machine, { ...mine, results: { ...mine.results, before: state.before } });
}

function attemptAfter(past: readonly OlderRun[], attemptsMax: number): number | null {
  if (past.some((run) => run.state !== 'FAILED')) return null;
  const last = past.reduce((highest, run) => Math.max(highest, run.attempt), 0);
  return last < attemptsMax ? last + 1 : null;
}

/** S3: an order whose `assign` was edited after it started stays where it started; moving it takes a raised generation (O8). */
function startedElsewhere(order: Order, snapshot: Snapshot, me: number): boolean {
  const isThis = (run: { order: string; generation: number }) => run.order === order.id && run.generation === order.generation;
  return [...snapshot.machines.values()].some(({ document, results }) => {
    return document.machine !== me && [...results.running, ...results.ended, ...results.older].some(isThis);
  });
}

/** O10: why local policy keeps this order from running here, or null. */
function refusalOf(order: Order, self: Self): string | null {
  const kind = order.work.kind;
  if (!self.policy.allow.includes(kind)) return `not allowed on ${self.name}; there: coord allow ${kind}`;
  const refused = Object.keys(order.env).filter((name) => !mayBeSet(name, self.policy.env));
  if (refused.length > 0)
    return `variable ${refused.join(', ')} not allowed on ${self.name}; there: coord allow env ${refused[0]}`;
  return null;
}

/** Names that change which code runs under an innocent command line. An owner can still allow them by name. */
const RISKY =
  /^(PATH|LD_.*|DYLD_.*|NODE_OPTIONS|BASH_ENV|ENV|IFS|SHELLOPTS|PYTHONPATH|PYTHONSTARTUP|PERL5OPT|RUBYOPT|GIT_.*|COORD_.*)$/;

function mayBeSet(name: string, allowed: readonly string[]): boolean {
  return !RISKY.test(name) || allowed.includes(name);
}
