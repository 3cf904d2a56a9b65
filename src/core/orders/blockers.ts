// What holds an order before its first attempt: orders that come first (`after`), and a missing approval. Computed from documents alone, by one
// function for deciding and for the status, so that both agree. A hold ends with the first attempt of a generation: what has started goes on,
// whatever happens to its dependencies. Other causes of BLOCKED: local-policy.ts, assignment.ts, and all of them in core/orders/reason-words.ts.
import { shellWord } from '../base/shell-word.ts';
import type { Machines } from '../model/machines/machines.ts';
import type { Chain, Order, OrdersDocument } from '../model/orders/order.ts';
import type { Because } from '../model/orders/reason.ts';
import type { OrderState } from '../model/orders/run.ts';
import type { StatusOrder, StatusRun } from '../model/status/status.ts';
import { listedId } from '../runs/occurrence-name.ts';
import { foldStates } from '../status/joined-states.ts';
import { listedStatus } from '../status/schedule-status.ts';
import { framed } from '../status/ways.ts';
import { chainOf, isUnreadable, stepAt, waitingNodes } from './chains.ts';
import { cyclesOf, cycleText } from './cycles.ts';
import { because } from './reason-words.ts';

export interface Blocker extends Because {
  readonly state: 'BLOCKED';
  /** What a person is asked to do; null = the order waits for others, which move by themselves or ask for themselves. */
  readonly asks: Because | null;
}

export interface Blockers {
  /** Null = nothing holds it. Orders that have started are not judged here. */
  of(order: Order): Blocker | null;
}

/** Made for one decision or one status: each dependency is judged once, however many orders wait for it. */
export function blockersOf(document: OrdersDocument, machines: Machines): Blockers {
  let byId: ReadonlyMap<string, Order> | null = null;
  const orderOf = (id: string) => {
    byId ??= new Map(document.orders.map((order) => [order.id, order]));
    return byId.get(id);
  };
  const states = new Map<string, OrderState>();
  const stateOf = (order: Order): OrderState => {
    const state = states.get(order.id) ?? listedStatus(order, machines).state;
    states.set(order.id, state);
    return state;
  };
  const lookAt = (id: string): Look => {
    const order = orderOf(id);
    if (order !== undefined) return { kind: 'listed', state: stateOf(order), isCancelled: order.cancelled };
    const chain = chainOf(id, document);
    if (chain !== undefined) return lookAtChain(chain);
    return { kind: isUnreadable(id, document.refused) ? 'unreadable' : 'missing' };
  };
  const lookAtChain = ({ steps, cancelled }: Chain): Look => {
    const at = stepAt(steps.flatMap((step) => orderOf(step.id) ?? []).map((order) => ({ order, state: stateOf(order) })));
    return { kind: 'listed', state: at?.state ?? 'QUEUED', isCancelled: cancelled || (at?.order.cancelled ?? false) };
  };
  return {
    of(order) {
      if (order.after.length === 0) return ownHold(order);
      const cycle = cyclesOf(waitingNodes(document)).get(listedId(order.id));
      // The fault of ORDERS.json asks for it.
      if (cycle !== undefined) return { state: 'BLOCKED', ...because.cycle(cycleText(cycle)), asks: null };
      return both(afterHold(order, lookAt), ownHold(order));
    },
  };
}

type Look =
  | { readonly kind: 'listed'; readonly state: OrderState; readonly isCancelled: boolean }
  | { readonly kind: 'unreadable' | 'missing' };

/** Holds that only a person can lift. */
function ownHold(order: Order): Blocker | null {
  return both(order.lacks === undefined ? null : asking(because.specMissing(order.lacks)), approvalHold(order));
}

function approvalHold({ id, approval, approved, approvedOther, unsignedApproval, ruled }: Order): Blocker | null {
  if (!approval || approved) return null;
  if (unsignedApproval === true) return asking(because.unsignedApproval(listedId(id)));
  return asking(because.approval(listedId(id), { why: ruled?.why ?? null, isOther: approvedOther === true }));
}

function asking(why: Because): Blocker {
  return { state: 'BLOCKED', ...why, asks: why };
}

/** A person may approve before the other conditions are met, so the approval is asked for at once. */
function both(after: Blocker | null, approval: Blocker | null): Blocker | null {
  if (after === null || approval === null) return after ?? approval;
  if (approval.asks === null || after.asks === null) return { ...after, asks: approval.asks ?? after.asks };
  return { ...after, asks: framed(approval.asks, '', `; ${after.asks.reason}`) };
}

function afterHold(order: Order, lookAt: (id: string) => Look): Blocker | null {
  const waits: string[] = [];
  const stuck: string[] = [];
  const asks: string[] = [];
  for (const id of new Set(order.after)) {
    const look = lookAt(id);
    if (look.kind === 'listed') {
      if (look.state === 'COMPLETED') continue;
      const end = look.state === 'FAILED' ? 'failed' : look.state === 'CANCELLED' ? 'was cancelled' : null;
      if (end === null) {
        waits.push(id);
        continue;
      }
      stuck.push(`${id} ${end}; coord retry ${shellWord(id)}`);
      // An order that failed asks for itself; a cancelled one does not.
      if (look.isCancelled || look.state === 'CANCELLED') asks.push(`${id} ${end}; coord retry ${shellWord(id)}`);
    } else {
      const why = look.kind === 'missing' ? 'is not in ORDERS.json' : 'cannot be read';
      stuck.push(`waits for ${id}, which ${why}`);
      if (look.kind === 'missing') asks.push(`waits for ${id}, which ${why}`);
    }
  }
  if (stuck.length + waits.length === 0) return null;
  const why = stuck.length > 0 ? because.dependencyFailed(stuck) : because.dependency(waits);
  return { state: 'BLOCKED', ...why, asks: asks.length === 0 ? null : because.dependencyFailed(asks) };
}

const MAY_BE_HELD: readonly OrderState[] = ['QUEUED', 'ASSIGNED', 'BLOCKED'];

/** The status of an order under its hold; the same object where the hold changes nothing. */
export function blockedStatus(order: Order, status: StatusOrder, hold: Blocker | null): StatusOrder {
  if (hold === null || order.cancelled || order.unknown !== undefined) return status;
  const { asks: _asks, ...held } = hold;
  if (status.machines === undefined) return isUntouched(status) ? { ...status, ...held } : status;
  const all = Object.entries(status.machines);
  if (!all.some(([, run]) => isUntouched(run))) return status;
  const runs = all.map(([machine, run]): [string, StatusRun] => [machine, isUntouched(run) ? held : run]);
  const { state: _state, reason: _reason, code: _code, told: _told, finishedAt: _finishedAt, ...head } = status;
  return { ...head, ...foldStates(runs), machines: Object.fromEntries(runs) };
}

/** No attempt of it was ever claimed or started. */
function isUntouched(run: StatusRun): boolean {
  return run.attempt === undefined && MAY_BE_HELD.includes(run.state);
}
