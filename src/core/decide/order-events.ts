// The events that documents show for a trigger (O19), ends of the watched order and others, each with an id that every machine makes alike. Pure.
import { plainLine } from '../base/plain-line.ts';
import type { Snapshot } from '../model/ledger/snapshot.ts';
import type { Machines } from '../model/machines/machines.ts';
import type { MailView } from '../model/messages/message.ts';
import type { Order, OrdersDocument } from '../model/orders/order.ts';
import { isSameRun, type OlderRun, type RunName, type RunningRun } from '../model/orders/run.ts';
import { type OrderEvent, type Trigger, type TriggerKind, WATCHED_MAX, watchedOrder } from '../model/orders/trigger.ts';
import { workName } from '../orders/assignment.ts';
import { chainOf } from '../orders/chains.ts';
import { isTriggered, occurrenceOf } from '../orders/occurrences.ts';
import { toldEvents, toldOccurrences } from '../runs/occurrence-index.ts';
import { depthOf, eventOccurrenceId, listedId } from '../runs/occurrence-name.ts';
import { runsOf, tellersOf } from '../runs/run-index.ts';
import { isFailure } from '../runs/shared-attempts.ts';
import { orderStatus } from '../status/order-status.ts';
import { fleetEvents, type Happened } from './fleet-events.ts';

export type Watching = Pick<Order, 'id' | 'generation'> & { readonly on: Trigger };

export interface Shown {
  readonly orders: OrdersDocument;
  readonly machines: Machines;
  readonly mail: MailView;
}

/** Each once, in the order of the machines. */
export function eventsFor(template: Watching, { orders: document, machines, mail }: Shown): readonly OrderEvent[] {
  const { on } = template;
  const found = new Map<string, OrderEvent>();
  const note = (what: Happened, name: string, cause: string | null) => {
    // The generation of the trigger is part of it: after a raised one, nothing of before is taken for done or open.
    const depth = Math.min((cause === null ? 0 : (depthOf(cause) ?? 0)) + 1, 9);
    const id = eventOccurrenceId(template.id, `${template.generation} ${on.kind} ${name}`, depth);
    if (!found.has(id)) found.set(id, { id, kind: on.kind, ...what });
  };
  for (const happened of fleetEvents(on, machines, mail)) note(...happened);
  if (watchedOrder(on) === null) return [...found.values()];
  const noteEnd = (run: RunName, { machine, at, text }: Omit<Happened, 'run'>) =>
    note({ run, machine, at, text }, `${run.order} ${run.generation}.${run.attempt} ${machine}`, run.order);
  for (const source of sourcesOf(on, document)) {
    const listed = byId(document).get(source);
    for (const order of [source, ...toldOccurrences(source, machines).map(({ id }) => id), ...toldEvents(source, machines)]) {
      for (const [machine, end] of endsOf(order, machines)) {
        if (!isLast(end, machine, machines, listed) || !isOfKind(on.kind, end, listed)) continue;
        const { generation, attempt, finishedAt: at } = end;
        noteEnd({ order, generation, attempt }, { machine, at, text: textOf(end) });
      }
      const lost = on.kind === 'failed' && listed !== undefined ? lostRun(order, listed, machines) : null;
      if (lost !== null) noteEnd(lost.run, lost);
    }
  }
  return [...found.values()];
}

/** With what a run of that order begins: the triggers that wait for its end. */
export function watchedBy(
  order: string,
  { orders: document }: Pick<Snapshot, 'orders'>,
): { readonly watched?: readonly string[] } {
  const waits = (it: Order) =>
    isTriggered(it) && !it.cancelled && watchedOrder(it.on) !== null && sourcesOf(it.on, document).includes(listedId(order));
  const watched = document.orders.filter(waits).slice(0, WATCHED_MAX).map(workName);
  return watched.length === 0 ? {} : { watched };
}

/** True: the run of which it is the end began where the trigger was known, so the trigger was there before it. */
export function cameAfter(template: Watching, { run, machine }: OrderEvent, machines: Machines): boolean {
  const results = machines.get(machine)?.results;
  if (run === undefined || results === undefined) return false;
  const { running, ended } = runsOf(results, run.order);
  const isWatched = (it: RunningRun | OlderRun) => 'watched' in it && it.watched?.includes(workName(template));
  return [...running, ...ended].some((it) => isSameRun(it, run) && isWatched(it));
}

function endsOf(order: string, machines: Machines): readonly (readonly [machine: number, end: OlderRun])[] {
  return tellersOf(order, machines).flatMap((machine) => {
    const results = machines.get(machine)?.results;
    return (results === undefined ? [] : runsOf(results, order).ended).map((end) => [machine, end] as const);
  });
}

const indexes = new WeakMap<OrdersDocument, ReadonlyMap<string, Order>>();

/** Made once for each document: triggers may be many. */
function byId(document: OrdersDocument): ReadonlyMap<string, Order> {
  const index = indexes.get(document) ?? new Map(document.orders.map((order) => [order.id, order]));
  indexes.set(document, index);
  return index;
}

/** A chain fails with any of its steps, and is completed with the last one. */
function sourcesOf({ kind, of }: Trigger, document: OrdersDocument): readonly string[] {
  const steps = chainOf(of, document)?.steps.map(({ id }) => id);
  return steps === undefined ? [of] : kind === 'failed' ? steps : steps.slice(-1);
}

function isOfKind(kind: TriggerKind, run: OlderRun, listed: Order | undefined): boolean {
  if (kind === 'completed') return run.state === 'COMPLETED';
  if (!isFailure(run)) return false;
  // With attempts left, the next one says how it ends; what is not listed any more gets none.
  return listed === undefined || listed.cancelled || run.attempt >= listed.attempts || run.generation < listed.generation;
}

/** O6: no later attempt of that generation is known; of an order for all, each machine has its own. */
function isLast({ order, generation, attempt }: OlderRun, machine: number, machines: Machines, listed?: Order): boolean {
  const tellers = listed?.assign.kind === 'all' ? [machine] : tellersOf(order, machines);
  return !tellers.some((teller) => {
    const results = machines.get(teller)?.results;
    const { running = [], ended = [] } = results === undefined ? {} : runsOf(results, order);
    return [...running, ...ended].some((it) => it.generation === generation && it.attempt > attempt);
  });
}

/** O4: it is FAILED with the machine that had it. If that machine comes back and says so itself, it is the same event. */
function lostRun(id: string, listed: Order, machines: Machines): (Happened & { readonly run: RunName }) | null {
  if (listed.assign.kind === 'all') return null;
  const order = id === listed.id ? listed : occurrenceOf(listed, id);
  const { state, code, machine, attempt, reason = '' } = orderStatus(order, machines);
  if (state !== 'FAILED' || code !== 'lost' || machine === undefined || attempt === undefined) return null;
  return { run: { order: id, generation: order.generation, attempt }, machine, at: '', text: plainLine(reason) };
}

function textOf({ reason, exitCode, state }: OlderRun): string {
  return plainLine(reason ?? (exitCode === null ? state : `exit code ${exitCode}`));
}

/** O7: what a run is told of its event. */
export function eventVariables({ event }: Pick<Order, 'event'>): Record<string, string> {
  if (event === undefined) return {};
  const { run } = event;
  return {
    COORD_EVENT_KIND: event.kind,
    ...(run === undefined
      ? {}
      : {
          COORD_EVENT_ORDER: run.order,
          COORD_EVENT_GENERATION: String(run.generation),
          COORD_EVENT_ATTEMPT: String(run.attempt),
        }),
    COORD_EVENT_MACHINE: String(event.machine),
    COORD_EVENT_AT: event.at,
    COORD_EVENT_TEXT: event.text,
  };
}
