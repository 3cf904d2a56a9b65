// The events that documents show for a trigger (O19): ends of the watched order, each with an id that every machine makes alike. Pure.
import type { Machines } from '../model/machines/machines.ts';
import type { Order, OrdersDocument } from '../model/orders/order.ts';
import type { OlderRun } from '../model/orders/run.ts';
import type { OrderEvent, Trigger, TriggerKind } from '../model/orders/trigger.ts';
import { chainOf } from '../orders/chains.ts';
import { occurrenceOf } from '../orders/occurrences.ts';
import { toldEvents, toldOccurrences } from '../runs/occurrence-index.ts';
import { depthOf, eventOccurrenceId } from '../runs/occurrence-name.ts';
import { runsOf, tellersOf } from '../runs/run-index.ts';
import { mayFollow } from '../runs/shared-attempts.ts';
import { orderStatus } from '../status/order-status.ts';

/** In characters. */
const TEXT_MAX = 200;

export type Watching = Pick<Order, 'id' | 'generation'> & { readonly on: Trigger };

/** Each once, in the order of the machines. */
export function eventsFor(template: Watching, document: OrdersDocument, machines: Machines): readonly OrderEvent[] {
  const { on } = template;
  const found = new Map<string, OrderEvent>();
  const note = (what: Omit<OrderEvent, 'id' | 'kind'>) => {
    const { order, generation, attempt, machine } = what;
    // The generation of the trigger is part of it: after a raised one, nothing of before is taken for done or open.
    const name = `${template.generation} ${on.kind} ${order} ${generation}.${attempt} ${machine}`;
    const id = eventOccurrenceId(template.id, name, Math.min((depthOf(order) ?? 0) + 1, 9));
    if (!found.has(id)) found.set(id, { id, kind: on.kind, ...what });
  };
  for (const source of sourcesOf(on, document)) {
    const listed = byId(document).get(source);
    for (const order of [source, ...toldOccurrences(source, machines).map(({ id }) => id), ...toldEvents(source, machines)]) {
      for (const machine of tellersOf(order, machines)) {
        const results = machines.get(machine)?.results;
        for (const run of results === undefined ? [] : runsOf(results, order).ended) {
          if (!isLast(run, machine, machines, listed) || !isOfKind(on.kind, run, listed)) continue;
          const { generation, attempt, finishedAt: at } = run;
          note({ order, generation, attempt, machine, at, text: textOf(run) });
        }
      }
      const lost = on.kind === 'failed' && listed !== undefined ? lostRun(order, listed, machines) : null;
      if (lost !== null) note({ order, ...lost, at: '' });
    }
  }
  return [...found.values()];
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
  if (!mayFollow(run)) return false;
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
function lostRun(
  id: string,
  listed: Order,
  machines: Machines,
): Pick<OrderEvent, 'generation' | 'attempt' | 'machine' | 'text'> | null {
  if (listed.assign.kind === 'all') return null;
  const order = id === listed.id ? listed : occurrenceOf(listed, id);
  const { state, code, machine, attempt, reason = '' } = orderStatus(order, machines);
  if (state !== 'FAILED' || code !== 'lost' || machine === undefined || attempt === undefined) return null;
  return { generation: order.generation, attempt, machine, text: plainLine(reason) };
}

function textOf({ reason, exitCode, state }: OlderRun): string {
  return plainLine(reason ?? (exitCode === null ? state : `exit code ${exitCode}`));
}

/** Other machines' words in one line: no variable may hold what ends it. */
function plainLine(text: string): string {
  return [...text.replaceAll(/[\s\p{C}]+/gu, ' ').trim()].slice(0, TEXT_MAX).join('');
}

/** O7: what a run is told of its event. */
export function eventVariables({ event }: Pick<Order, 'event'>): Record<string, string> {
  if (event === undefined) return {};
  return {
    COORD_EVENT_KIND: event.kind,
    COORD_EVENT_ORDER: event.order,
    COORD_EVENT_GENERATION: String(event.generation),
    COORD_EVENT_ATTEMPT: String(event.attempt),
    COORD_EVENT_MACHINE: String(event.machine),
    COORD_EVENT_AT: event.at,
    COORD_EVENT_TEXT: event.text,
  };
}
