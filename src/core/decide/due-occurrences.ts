// The occurrence of each schedule that is this machine's business now, as an order of its own (protocol section 5). Pure.
// Each machine decides by its own clock which minute is due. Documents and claims of the others show what is done already. Only the newest
// occurrence is made, so many missed ones are one late run. None is made that is older than one that somebody runs, has run or has claimed.
import { guarded } from '../base/guarded.ts';
import { parseTime } from '../base/time.ts';
import type { Machines } from '../model/machines/machines.ts';
import type { Order } from '../model/orders/order.ts';
import type { OlderRun, WaitingOrder } from '../model/orders/run.ts';
import { triggerText } from '../model/orders/trigger.ts';
import { isEligible, isShared } from '../orders/assignment.ts';
import { isScheduled, isTriggered, occurrenceOf, type Scheduled, type Triggered } from '../orders/occurrences.ts';
import { codeOf } from '../orders/read-reason.ts';
import { because } from '../orders/reason-words.ts';
import { OCCURRENCES_KEPT } from '../runs/journal-retention.ts';
import { type Occurrence, toldOccurrences } from '../runs/occurrence-index.ts';
import { dueText, occurrenceId } from '../runs/occurrence-name.ts';
import { highestRun, runsOf, tellersOf } from '../runs/run-index.ts';
import { type Attempts, attemptsOf } from '../runs/shared-attempts.ts';
import { type DecisionContext, isFactGone } from './decision-context.ts';
import { openOccurrences, stoppedEvent } from './triggers-seen.ts';

/** An occurrence further ahead than this comes from a wrong clock, there or here: it counts for nothing. */
export const CLOCKS_DIFFER_MS = 15 * 60_000;
/** Older occurrences are not looked at: each one held back the next. */
const LOOKED_AT = 5;

interface Due {
  /** What stands in place of the template; null = nothing is due. */
  readonly order: Order | null;
  /** A claim that waits until another one is gone. */
  readonly held: string | null;
  readonly waiting: WaitingOrder | null;
}

export interface Expanded {
  /** What may run: templates are not among them. */
  readonly orders: readonly Order[];
  /** Occurrences whose claims are neither started nor given up now. */
  readonly held: readonly string[];
  readonly waiting: readonly WaitingOrder[];
}

export function withOccurrences(context: DecisionContext): Expanded {
  const orders: Order[] = [];
  const held: string[] = [];
  const waiting: WaitingOrder[] = [];
  for (const order of context.snapshot.orders.orders) {
    if (isTriggered(order)) {
      orders.push(...openOccurrences(order, context.state));
      waiting.push(...saysStopped(order, context));
      continue;
    }
    const due = guarded(
      () => (isScheduled(order) ? dueNow(order, context) : { order, held: null, waiting: null }),
      (why) => ({
        ...NOTHING,
        waiting: { order: order.id, generation: order.generation, state: 'BLOCKED', ...because.unjudged(why) } as const,
      }),
    );
    if (due.order !== null) orders.push(due.order);
    if (due.held !== null) held.push(due.held);
    if (due.waiting !== null) waiting.push(due.waiting);
  }
  return { orders, held, waiting };
}

/** O19: a person is told of it, and nothing is started. */
function saysStopped(template: Triggered, { state, machines }: DecisionContext): WaitingOrder[] {
  const event = stoppedEvent(template, state);
  if (event === null || !isEligible(state.machine, { ...template, joiners: true }, machines)) return [];
  const { id, generation } = template;
  return [{ order: id, generation, state: 'BLOCKED', ...because.eventCircle(triggerText(template.on), id) }];
}

interface Known extends Occurrence {
  readonly attempts: Attempts;
}

const NOTHING: Due = { order: null, held: null, waiting: null };

function dueNow(template: Scheduled, context: DecisionContext): Due {
  if (template.cancelled) return NOTHING;
  const nowMs = context.when.now.wallMs;
  const counted = countedOf(template, context);
  const told = counted.all.slice(0, LOOKED_AT).map(counted.known);
  const known = hasBegunBehind(told, template, counted) ? told.slice(1) : told;
  const [newest] = known;
  const dueAtMs = newestDue(template, context, known);
  const only = (it: Occurrence): Due => ({ ...NOTHING, order: occurrenceOf(template, it.id) });
  if (newest !== undefined && context.state.claims.some((claim) => claim.order === newest.id)) {
    // Two machines may have claimed two occurrences at once: the newer claim stands, unless the older has become a run.
    const earlier = known.slice(1).filter((it) => isLive(it, context));
    if (earlier.length === 0) return only(newest);
    return earlier.some((it) => isRunning(it, context)) ? NOTHING : { ...NOTHING, held: newest.id };
  }
  const standing = newest === undefined || newest.attempts.facts.length === 0 ? NOTHING : only(newest);
  if (dueAtMs === null) return standing;
  const goesOn = newest !== undefined && isResumed(newest, template, counted, context);
  const isNew = !goesOn && (newest === undefined || dueAtMs > newest.atMs);
  if (!isNew && !goesOn && !isAskedAnew(newest, dueAtMs, counted)) return standing;
  const next = isNew ? { id: occurrenceId(template.id, dueAtMs), atMs: dueAtMs } : newest;
  const running = told.find((it) => it.id !== next.id && isLive(it, context));
  if (running !== undefined) return { ...standing, waiting: waitsFor(running, next, template, context) };
  const isSkipped = template.schedule.overlap === 'skip' && known.some((it) => hasRunInto(it, next.atMs, nowMs));
  return isSkipped ? standing : only(next);
}

/**
 * O12: one that ran in lower generations alone is made again in its own minute, or because a raised generation asks for the newest that there is.
 * That is done once: what a clock that was ahead has run besides is no part of it.
 */
function isAskedAnew({ atMs, attempts }: Known, dueAtMs: number, { all, known }: Counted): boolean {
  if (attempts.facts.length > 0) return false;
  return atMs === dueAtMs || all.every((it) => known(it).attempts.facts.length === 0);
}

/**
 * O17: a generation that is raised with words for a session is meant for the newest that ran. It goes on first, and what came due meanwhile waits
 * for it; but not for a machine that cannot go on, as nothing would be begun for as long.
 */
function isResumed({ id, attempts }: Known, template: Scheduled, { machines }: Counted, { isGone }: DecisionContext): boolean {
  if (template.resume === undefined || attempts.facts.length > 0) return false;
  const occurrence = occurrenceOf(template, id);
  return endsOf(id, machines).some(
    ({ machine, outputs }) => outputs?.session !== undefined && !isGone(machine) && isEligible(machine, occurrence, machines),
  );
}

/**
 * O17: the newest began in a lower generation before its machine saw the answer to the one before it: whoever gave that knew of none that runs.
 * It counts as not made until it has run in this generation.
 */
function hasBegunBehind([newest, before]: readonly Known[], { resume, generation }: Scheduled, { machines }: Counted): boolean {
  if (resume === undefined || newest === undefined || before === undefined || newest.attempts.facts.length > 0) return false;
  const last = (id: string) => highestRun(endsOf(id, machines).filter((run) => run.generation < generation));
  const wasCut = newest.attempts.earlier.length > 0 || last(newest.id)?.code === 'superseded';
  return wasCut && last(before.id)?.asks === true;
}

function endsOf(id: string, machines: Machines): readonly (OlderRun & { readonly machine: number })[] {
  return tellersOf(id, machines).flatMap((machine) => {
    const results = machines.get(machine)?.results;
    return results === undefined ? [] : runsOf(results, id).ended.map((run) => ({ ...run, machine }));
  });
}

interface Counted {
  /** Whose occurrences they are. */
  readonly machines: Machines;
  readonly all: readonly Occurrence[];
  readonly known: (occurrence: Occurrence) => Known;
}

/**
 * The occurrences that count here, newest first. Of an order for all, each machine has its own. An occurrence that runs here counts
 * however far ahead it is: this machine's clock was set back, and no other one may begin beside it.
 */
function countedOf(template: Scheduled, context: DecisionContext): Counted {
  const { snapshot, state, when } = context;
  const mine = context.machines.get(state.machine);
  const isOwn = template.assign.kind === 'all';
  const machines: Machines = !isOwn ? context.machines : new Map(mine === undefined ? [] : [[state.machine, mine]]);
  const told = toldOccurrences(template.id, machines, isOwn ? [] : snapshot.claims.values());
  const isCounted = ({ id, atMs }: Occurrence) =>
    atMs <= when.now.wallMs + CLOCKS_DIFFER_MS || state.active.some((run) => run.order === id);
  const known = (it: Occurrence): Known => {
    // O8: a lowered generation changes nothing of what goes on, or ended, under a higher one.
    const reached = (generation: number): Attempts => {
      const attempts = attemptsOf({ id: it.id, generation }, machines, isOwn ? [] : context.claimsOf(it.id));
      return attempts.higher === undefined ? attempts : reached(attempts.higher.generation);
    };
    return { ...it, attempts: reached(template.generation) };
  };
  return { machines, all: told.filter(isCounted), known };
}

/** By my own clock (D7); null = none, or none since this machine knows the schedule. */
function newestDue(template: Scheduled, { state, when, machines }: DecisionContext, known: readonly Known[]): number | null {
  const seen = Object.hasOwn(state.schedules, template.id) ? state.schedules[template.id] : undefined;
  const dueAtMs = template.schedule.newestAt(when.now.wallMs);
  if (seen === undefined || dueAtMs === null || dueAtMs <= seen.sinceMs) return null;
  if (known.length > 0) return dueAtMs;
  // S1: after a clock was set back, an occurrence that ran and is not remembered any more must not be made again.
  const told = isShared(template) ? toldOccurrences(template.id, machines) : [];
  return told.length >= OCCURRENCES_KEPT ? null : dueAtMs;
}

/** It runs or is claimed, and its machine is not lost (O4). */
function isLive({ attempts }: Known, context: DecisionContext): boolean {
  const isGone = isFactGone(context);
  return [...attempts.facts, ...attempts.earlier].some((fact) => fact.ended === null && !isGone(fact));
}

function isRunning({ id }: Known, { machines }: DecisionContext): boolean {
  return [...machines.values()].some(({ results }) => runsOf(results, id).running.length > 0);
}

/**
 * True: by the clock of the machine that ran it, it had not ended when the next one was due. Then the next one is left out, and every machine
 * can see that from the documents at any later time. Ends of runs that were cut off do not count, because nobody saw them.
 */
function hasRunInto({ attempts }: Known, dueAtMs: number, nowMs: number): boolean {
  return attempts.facts.some(({ ended }) => {
    if (ended === null || wasCutOff(ended)) return false;
    const endMs = parseTime(ended.finishedAt);
    return endMs >= dueAtMs && endMs <= nowMs + CLOCKS_DIFFER_MS;
  });
}

function wasCutOff(run: OlderRun): boolean {
  const code = codeOf(run);
  return code === 'interrupted' || code === 'declined';
}

/** Reported only by the machine that runs the earlier one, so by one machine. */
function waitsFor(running: Known, next: Occurrence, template: Scheduled, { state }: DecisionContext): WaitingOrder | null {
  if (template.schedule.overlap === 'skip' || !state.active.some((run) => run.order === running.id)) return null;
  return { order: next.id, generation: template.generation, state: 'ASSIGNED', ...because.occurrence(dueText(running.atMs)) };
}
