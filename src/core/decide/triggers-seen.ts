// What this machine knows of each trigger (O19): which events were before it, which ones are taken and not done. No clock is asked. Pure; the same
// state object comes back if nothing changed (C3).
import { sameValue } from '../base/same-value.ts';
import type { JournalState } from '../model/ledger/journal.ts';
import type { Snapshot } from '../model/ledger/snapshot.ts';
import type { Machines } from '../model/machines/machines.ts';
import type { Order } from '../model/orders/order.ts';
import { isEndState } from '../model/orders/run.ts';
import { type OrderEvent, type TriggerSeen, triggerText } from '../model/orders/trigger.ts';
import { isShared, workName } from '../orders/assignment.ts';
import { mayBeUnread } from '../orders/chains.ts';
import { isBeyond, isTriggered, occurrenceOf, type Triggered } from '../orders/occurrences.ts';
import { OCCURRENCES_KEPT } from '../runs/journal-retention.ts';
import { toldEvents } from '../runs/occurrence-index.ts';
import { depthOf, eventOf } from '../runs/occurrence-name.ts';
import { tellersOf } from '../runs/run-index.ts';
import { orderStatus } from '../status/order-status.ts';
import { shownOccurrence } from '../status/trigger-status.ts';
import { cameAfter, eventsFor } from './order-events.ts';

/** So many events may lead to each other; what the next one would start is stopped. */
export const DEPTH_MAX = 3;
/** So many wait at once for one trigger; further ones are taken once there is room, as documents still show them. */
const OPEN_MAX = 100;
/** Events that documents do not show now may be shown again: a lane that cannot be read for a while is one reason. */
const SEEN_MAX = 500;

export function seeTriggers(state: JournalState, snapshot: Snapshot): JournalState {
  const { orders, refused } = snapshot.orders;
  const before = state.triggers ?? {};
  const templates = orders.filter(isTriggered).filter((it) => !isBeyond(it, orders));
  if (templates.length === 0 && Object.keys(before).length === 0) return state;
  if (!snapshot.ordersReadable) return state;
  const kept = Object.entries(before).filter(([id]) => mayBeUnread(id, refused));
  const machines = withOwnWord(snapshot.machines, state);
  const seen = templates.flatMap((template): [string, TriggerSeen][] => {
    const known = Object.hasOwn(before, template.id) ? before[template.id] : undefined;
    // T6.3: what nobody signed takes no events and lets none go.
    if (template.unbelieved !== undefined) return known === undefined ? [] : [[template.id, known]];
    return [[template.id, seenNow(template, known, { state, snapshot, machines })]];
  });
  const triggers = Object.fromEntries([...kept, ...seen]);
  return sameValue(triggers, before) ? state : { ...state, triggers };
}

interface Shown {
  readonly state: JournalState;
  readonly snapshot: Snapshot;
  readonly machines: Machines;
}

function seenNow(template: Triggered, known: TriggerSeen | undefined, { state, snapshot, machines }: Shown): TriggerSeen {
  const { generation, cancelled, on } = template;
  const of = cancelled ? '' : triggerText(on);
  const isKnown = known !== undefined && known.of === of && known.generation === generation && !cancelled;
  const told = toldEvents(template.id, machines);
  // What has begun goes on, whoever saw its event: here, or of a shared one wherever it is (O4).
  const isBegun = (id: string) => told.includes(id) && (isShared(template) || tellersOf(id, machines).includes(state.machine));
  // It goes on also where the trigger waits for another event now.
  const goesOn = known?.generation === generation && !cancelled ? known.open.filter(({ id }) => isBegun(id)) : [];
  const left = [...goesOn, ...resumed(template, known, { state, snapshot, machines })];
  const before: TriggerSeen = isKnown ? known : { of, generation, seen: [], open: left };
  const events = asTaken(vouchedFor(eventsFor(template, { ...snapshot, machines }), snapshot), [...before.seen, ...told]);
  // Ids hold the generation: what is known of an earlier one says that this machine was not away (O19.9), and hides no event of this one.
  const isSeen: ReadonlySet<string> = new Set(isKnown ? before.seen : known?.seen);
  const isPassedOver = !template.joiners && state.before.includes(workName(template));
  const isNew = known?.generation !== generation && !cancelled && !isPassedOver;
  const later = isKnown ? events : isNew ? events.filter((event) => cameAfter(template, event, machines)) : [];
  const isLate = later.length > 0 && hasMissed(template, { isSeen, isNew }, state, machines);
  const fresh = isLate ? [] : later.filter(({ id }) => !isSeen.has(id));
  const deep = fresh.filter(({ id }) => (depthOf(id) ?? 0) > DEPTH_MAX);
  const begun = cancelled ? [] : events.filter(({ id }) => isBegun(id));
  const taken = [...before.open, ...fresh.filter((it) => !deep.includes(it)), ...begun];
  const unique = [...new Map(taken.map((event) => [event.id, event])).values()];
  const open = unique.filter(({ id }) => !isDone(occurrenceOf(template, id), machines, state.machine));
  const late = new Set(open.slice(OPEN_MAX).map(({ id }) => id));
  const ids = [...events.map(({ id }) => id), ...told].filter((id) => !late.has(id));
  const stopped = deep.at(-1) ?? before.stopped;
  const shown = shownEvent(template, unique, known, machines);
  return {
    of,
    generation,
    seen: remembered(before.seen, ids),
    open: open.slice(0, OPEN_MAX),
    ...(shown === undefined ? {} : { shown }),
    ...(stopped === undefined ? {} : { stopped }),
  };
}

/** It is kept once documents show it no more, and is named after the generation in which it came. */
function shownEvent(
  template: Triggered,
  events: readonly OrderEvent[],
  known: TriggerSeen | undefined,
  machines: Machines,
): OrderEvent | undefined {
  if (template.assign.kind === 'all') return undefined;
  const id = shownOccurrence(template, machines);
  return [...events, ...(known?.shown === undefined ? [] : [known.shown])].find((event) => event.id === id) ?? known?.shown;
}

/**
 * O17: a generation that is raised with words for a session is meant for the occurrence that people saw as the trigger's when they said them. What
 * waits for its turn then is not let go by it, and begins afresh. On all machines alike: the one with the session is found as for any order.
 */
function resumed(template: Triggered, known: TriggerSeen | undefined, { snapshot, machines }: Shown): readonly OrderEvent[] {
  const { resume, cancelled, assign, generation } = template;
  if (resume === undefined || cancelled || assign.kind === 'all' || known === undefined || known.generation >= generation)
    return [];
  const before = { ...template, generation: known.generation };
  const told = toldEvents(template.id, machines);
  const id = shownOccurrence(before, machines);
  const events = vouchedFor(eventsFor(before, { ...snapshot, machines }), snapshot);
  const event = [...known.open, ...(known.shown === undefined ? [] : [known.shown]), ...events].find((it) => it.id === id);
  return [...(event === undefined ? [] : [event]), ...known.open.filter((it) => !told.includes(it.id))];
}

/** T5.2: what a doubted machine tells of is not taken, because what is taken goes on once nobody tells of it any more. */
function vouchedFor(events: readonly OrderEvent[], { believed }: Pick<Snapshot, 'believed'>): readonly OrderEvent[] {
  return believed === undefined ? events : events.filter(({ machine }) => !believed.doubted.has(machine));
}

/**
 * O19.7: an event that was taken, here or elsewhere, stays what it was. How deep it is may look another way later: where the clock was set back behind an
 * emergency, the run that this set off seems to have been there before it.
 */
function asTaken(events: readonly OrderEvent[], taken: readonly string[]): readonly OrderEvent[] {
  if (events.length === 0) return events;
  const ids = new Map([...taken].reverse().map((id) => [eventOf(id), id]));
  return events.map((event) => ({ ...event, id: ids.get(eventOf(event.id)) ?? event.id }));
}

/** In the order in which they came; what documents show stays, of others the last ones. */
function remembered(before: readonly string[], shown: readonly string[]): readonly string[] {
  const known = new Set(before);
  const fresh = [...new Set(shown)].filter((id) => !known.has(id));
  if (fresh.length === 0) return before;
  const isShown = new Set(shown);
  let surplus = before.filter((id) => !isShown.has(id)).length - SEEN_MAX;
  const kept = before.filter((id) => {
    if (isShown.has(id) || surplus <= 0) return true;
    surplus -= 1;
    return false;
  });
  return [...kept, ...fresh];
}

interface Looked {
  readonly isSeen: ReadonlySet<string>;
  /** Not before: what this machine did itself may be forgotten too. */
  readonly isNew: boolean;
}

/**
 * True: another machine has run so many occurrences of a shared trigger since this one looked that it does not remember them all. What happened
 * meanwhile may be done, so none of it is begun (S1).
 */
function hasMissed(template: Order, { isSeen, isNew }: Looked, { machine }: JournalState, machines: Machines): boolean {
  if (!isShared(template) && !isNew) return false;
  const toldBy = new Map<number, { count: number; isKnown: boolean }>();
  for (const id of toldEvents(template.id, machines))
    for (const teller of tellersOf(id, machines)) {
      const { count, isKnown } = toldBy.get(teller) ?? { count: 0, isKnown: false };
      toldBy.set(teller, { count: count + 1, isKnown: isKnown || isSeen.has(id) });
    }
  return [...toldBy].some(([teller, told]) => (isNew || teller !== machine) && told.count >= OCCURRENCES_KEPT && !told.isKnown);
}

function isDone(occurrence: Order, machines: Machines, me: number): boolean {
  const status = orderStatus(occurrence, machines);
  const own = occurrence.assign.kind === 'all' ? status.machines?.[String(me)] : status;
  return isEndState(own?.state);
}

/** What ran here, or was said here, counts before a push has said it. */
function withOwnWord(machines: Machines, { machine, active, claims, ended, older, emergency }: JournalState): Machines {
  const mine = machines.get(machine);
  if (mine === undefined) return machines;
  const results = { ...mine.results, running: active, claimed: claims, ended, older };
  const { emergency: _, ...said } = mine.document;
  const document = emergency === null ? said : { ...said, emergency };
  return new Map(machines).set(machine, { ...mine, document, results });
}

/** The occurrences that are to be run, as far as they are this machine's business. */
export function openOccurrences(template: Triggered, { triggers = {} }: JournalState): readonly Order[] {
  const known = Object.hasOwn(triggers, template.id) ? triggers[template.id] : undefined;
  if (template.cancelled || known?.generation !== template.generation) return [];
  return known.open.map((event) => occurrenceOf(template, event.id, event));
}

/** Null = nothing was stopped, or another machine says it: of a shared trigger the one where it happened. */
export function stoppedEvent(template: Triggered, { triggers = {}, machine }: JournalState): OrderEvent | null {
  const known = Object.hasOwn(triggers, template.id) ? triggers[template.id] : undefined;
  if (template.cancelled || known?.generation !== template.generation || known.stopped === undefined) return null;
  return !isShared(template) || known.stopped.machine === machine ? known.stopped : null;
}
