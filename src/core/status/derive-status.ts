// derive, second half: STATUS.json as a pure function of the source documents. It uses no presence and no clock, so every
// machine that folds the same documents writes the same bytes (D6).
import { together } from '../../features/cycle.ts';
import { guarded } from '../base/guarded.ts';
import { latest } from '../base/time.ts';
import { readersOf } from '../messages/receipts.ts';
import type { FleetSettings } from '../model/ledger/fleet.ts';
import type { MoreViews } from '../model/ledger/snapshot.ts';
import type { Machines } from '../model/machines/machines.ts';
import type { MailView } from '../model/messages/message.ts';
import type { OrdersDocument } from '../model/orders/order.ts';
import type { Because } from '../model/orders/reason.ts';
import type { OrderState } from '../model/orders/run.ts';
import type { SpecOutline } from '../model/orders/spec.ts';
import type { Fault } from '../model/status/fault.ts';
import type { StatusDocument, StatusFault, StatusOrder, StatusSummary } from '../model/status/status.ts';
import { blockedStatus, blockersOf } from '../orders/blockers.ts';
import { chainStatus } from '../orders/chains.ts';
import { endDoubt } from '../orders/order-end.ts';
import { because } from '../orders/reason-words.ts';
import { machineStatus, timesSeen } from './machine-status.ts';
import { mailStatus } from './mail-status.ts';
import { documentNeed, toldFault } from './needs-orders.ts';
import { NEED_KINDS } from './needs-you-kinds.ts';
import { refusedStatus } from './order-status.ts';
import { progressOf } from './progress.ts';
import { listedStatus } from './schedule-status.ts';

/** Machines' documents as the board will hold them after the fold. */
export interface StatusSources {
  readonly orders: OrdersDocument;
  readonly ordersReadable: boolean;
  readonly fleet: FleetSettings;
  readonly machines: Machines;
  readonly mail: Pick<MailView, 'machines'>;
  /** What machines say in documents of features. */
  readonly more: MoreViews;
  readonly faults: readonly Fault[];
  /** Absent = none. */
  readonly specs?: ReadonlyMap<string, SpecOutline>;
  /** Hash over the source documents. */
  readonly sources: string;
}

interface Shown {
  readonly shown: StatusOrder;
  /** What a hold asks of a person; undefined = there is no hold. */
  readonly ask: Because | null | undefined;
}

/** D4b. */
const unjudged = (why: string): StatusOrder => ({ assign: 'unknown', state: 'BLOCKED', ...because.unjudged(why) });

const STATUS = 'STATUS.json';
const NO_MAIL: ReturnType<typeof mailStatus> = { unread: 0, messages: null };

/** T5.6: a doubted end is no progress. */
function countedState(order: StatusOrder | undefined): OrderState | undefined {
  return order !== undefined && endDoubt(order) !== null ? 'IN_PROGRESS' : order?.state;
}

type OrderEntries = readonly (readonly [id: string, order: StatusOrder])[];

const EPOCH = '1970-01-01T00:00:00.000Z';

export function deriveStatus(sources: StatusSources): StatusDocument {
  // Sorted, because a machine that has just joined has itself last: the result must not depend on that.
  const from = { ...sources, machines: new Map([...sources.machines].sort(([a], [b]) => a - b)) };
  const seen = timesSeen(from.machines);
  const machines = Object.fromEntries(
    [...from.machines.keys()].map((number) => [String(number), machineStatus(number, from.machines, seen)]),
  );
  const orders: Record<string, StatusOrder> = Object.create(null);
  const holds = blockersOf(from.orders, from.machines);
  const asks = new Map<string, Because | null>();
  for (const order of from.orders.orders) {
    const { shown, ask } = guarded(
      () => {
        const status = listedStatus(order, from.machines);
        const hold = holds.of(order);
        const shown = blockedStatus(order, status, hold);
        return { shown, ask: hold === null || shown === status ? undefined : hold.asks };
      },
      (why): Shown => ({ shown: unjudged(why), ask: undefined }),
    );
    // A chain stands before its steps.
    if (order.step !== undefined) orders[order.step.chain] ??= shown;
    orders[order.id] = shown;
    if (ask !== undefined) asks.set(order.id, ask);
  }
  for (const chain of from.orders.chains ?? [])
    orders[chain.id] = guarded(() => chainStatus(chain, (id) => orders[id]), unjudged);
  const listed = new Set(from.orders.orders.map(({ id }) => id));
  for (const refused of from.orders.refused) {
    if (refused.id === null || Object.hasOwn(orders, refused.id)) continue;
    orders[refused.id] = refusedStatus(refused.id, refused.reason, from.machines, (id) => listed.has(id));
  }
  // The steps of a chain speak for it.
  const entries = Object.entries(orders).filter(([, { steps }]) => steps === undefined);
  const peopleRead = new Map([...from.machines].map(([number, { document }]) => [number, document.peopleRead]));
  const mistakes: Fault[] = [];
  // D4b: a section that cannot be written is left out, and named among the faults.
  const section = <T>(name: string, rule: () => T, nothing: T): T =>
    guarded(rule, (found) => {
      mistakes.push({ document: STATUS, line: null, column: null, level: 'fault', expected: `${name} to be written`, found });
      return nothing;
    });
  const progress = section(
    'progress',
    () =>
      progressOf({
        ...{ orders: from.orders, specs: from.specs ?? new Map() },
        stateOf: (id) => countedState(orders[id]),
        waitsForOthers: (id) => asks.get(id) === null,
      }),
    null,
  );
  const mail = section('messages', () => mailStatus(from.mail.machines, readersOf(from.machines), peopleRead), NO_MAIL);
  const ofFeatures = section('what features say', () => together(({ status }) => status?.(from.more)), {});
  const about = { ...from, shown: entries, asks, messages: mail.messages };
  const needs = section('needsYou', () => NEED_KINDS.flatMap((kind) => kind.find(about)), []);
  return {
    version: 1,
    updated: latest([EPOCH, ...[...from.machines.values()].map(({ document }) => document.updated), ...seen.values()]),
    sources: from.sources,
    summary: { ...summaryOf(machines, entries), unread: mail.unread },
    machines,
    orders,
    ...(progress === null ? {} : { progress }),
    ...(mail.messages === null ? {} : { messages: mail.messages }),
    ...ofFeatures,
    needsYou: [...documentNeed.find({ ...about, faults: mistakes }), ...needs],
    faults: [...from.faults, ...mistakes].map((fault) => statusFault(fault, from.machines)),
  };
}

function summaryOf(machines: StatusDocument['machines'], orders: OrderEntries): StatusSummary {
  const all = Object.values(machines).filter((machine) => machine.state !== 'LEFT');
  const counts = new Map<OrderState, number>();
  for (const [, { state }] of orders) counts.set(state, (counts.get(state) ?? 0) + 1);
  const count = (state: OrderState) => counts.get(state) ?? 0;
  return {
    machines: all.length,
    online: all.filter((machine) => machine.state !== 'OFFLINE').length,
    queued: count('QUEUED'),
    assigned: count('ASSIGNED'),
    inProgress: count('IN_PROGRESS'),
    completed: count('COMPLETED'),
    failed: count('FAILED'),
    blocked: count('BLOCKED'),
    cancelled: count('CANCELLED'),
    unread: 0,
  };
}

function statusFault(fault: Fault, machines: Machines): StatusFault {
  const { document, line, column, level } = fault;
  return {
    document,
    ...(line === null ? {} : { line }),
    ...(column === null ? {} : { column }),
    message: toldFault(fault, machines),
    level,
  };
}
