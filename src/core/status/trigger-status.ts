// The status of an order with `on`, from documents alone (D6): the state of its newest occurrence, how many are known, and the last ones.
import { latest, minuteTime } from '../base/time.ts';
import { type Machines, machineLabel } from '../model/machines/machines.ts';
import { isEndState, type OrderState, type WaitingOrder } from '../model/orders/run.ts';
import { triggerText, watchedMachine } from '../model/orders/trigger.ts';
import type { StatusLastRun, StatusOrder, StatusRun } from '../model/status/status.ts';
import { whyNotThere } from '../orders/assignment.ts';
import { occurrenceOf, type Triggered } from '../orders/occurrences.ts';
import { toldReason, withHead } from '../orders/read-reason.ts';
import { because } from '../orders/reason-words.ts';
import { toldEvents } from '../runs/occurrence-index.ts';
import { runsOf, tellersOf, waitingUnder } from '../runs/run-index.ts';
import { LAST_RUNS_MAX, waitsForNone, withoutDescription } from './occurrence-status.ts';
import { headOf, orderStatus } from './order-status.ts';

type Told = StatusRun & Pick<StatusOrder, 'machine'>;

export function triggerStatus(order: Triggered, machines: Machines): StatusOrder {
  const told = toldNow(order, machines);
  const head = { ...headOf(order, machines), on: triggerText(order.on), ...(told.length === 0 ? {} : { times: told.length }) };
  const lastRuns = told.flatMap((id) => lastRunsOf(id, machines)).sort((a, b) => (a.due < b.due ? 1 : -1));
  const last = lastRuns.length === 0 ? {} : { lastRuns: lastRuns.slice(0, LAST_RUNS_MAX) };
  if (order.assign.kind !== 'all') return { ...head, ...statusOf(order, machines, told), ...last };
  const each = [...machines].flatMap(([machine, view]): [string, Told][] => {
    const own = told.filter((id) => tellersOf(id, machines).includes(machine));
    const isMeant = own.length > 0 || waitingOf(order, new Map([[machine, view]])).length > 0;
    return isMeant
      ? [[String(machine), statusOf({ ...order, assign: { kind: 'machine', machine } }, new Map([[machine, view]]), own)]]
      : [];
  });
  const first = FIRST.find((state) => each.some(([, run]) => run.state === state));
  const [machine, run] = each.find(([, it]) => it.state === first) ?? [];
  if (run === undefined) return { ...head, ...untouched(order, machines), ...last };
  return { ...head, state: run.state, ...withHead(`on ${machine}`, run), machines: Object.fromEntries(each), ...last };
}

/** The state of the whole, from the states of the machines. */
const FIRST: readonly OrderState[] = ['IN_PROGRESS', 'ASSIGNED', 'FAILED', 'BLOCKED', 'CANCELLED', 'QUEUED', 'COMPLETED'];

/** The occurrence that people see as the trigger's, of those that a document tells of; undefined = none of this generation. */
export function shownOccurrence(order: Triggered, machines: Machines): string | undefined {
  return firstOf(order, machines, toldNow(order, machines))?.id;
}

function toldNow(order: Triggered, machines: Machines): readonly string[] {
  return toldEvents(order.id, machines).filter((id) => isOfNow(id, order, machines));
}

/** What runs comes first, then what waits, then what ended last. */
function firstOf(order: Triggered, machines: Machines, ids: readonly string[]) {
  const known = ids.map((id) => ({ id, status: orderStatus(occurrenceOf(order, id), machines) }));
  const open = known.filter(({ status }) => !isEndState(status.state));
  const newestEnd = latest(known.map(({ status }) => status.finishedAt ?? ''));
  const running = open.find(({ status }) => status.state === 'IN_PROGRESS');
  return running ?? open[0] ?? known.find(({ status }) => (status.finishedAt ?? '') === newestEnd);
}

function statusOf(order: Triggered, machines: Machines, told: readonly string[]): Told {
  const waiting = waitingOf(order, machines);
  const said = waiting.find((it) => it.order === order.id);
  if (order.cancelled && told.every((id) => orderStatus(occurrenceOf(order, id), machines).state !== 'IN_PROGRESS'))
    return { state: 'CANCELLED' };
  if (said !== undefined) return { state: said.state, ...toldReason(said) };
  const newest = firstOf(order, machines, [...new Set([...told, ...waiting.map((it) => it.order)])]);
  if (newest === undefined) return untouched(order, machines);
  const status = withoutDescription(newest.status);
  const on = status.machine === undefined ? '' : ` on ${machineLabel(status.machine, machines)}`;
  const when = status.finishedAt === undefined ? '' : `last ${minuteTime(status.finishedAt)}${on}`;
  const reason = [when, status.reason].filter((it) => it !== undefined && it !== '').join('; ');
  return { ...status, ...(reason === '' ? {} : { reason }) };
}

function untouched(order: Triggered, machines: Machines): StatusRun {
  const none = waitsForNone({ ...order, joiners: true }, machines);
  if (none !== null) return none;
  // A wrong name would wait for ever, and nobody would know.
  const watched = watchedMachine(order.on);
  const missing = watched === null ? null : whyNotThere(watched, machines);
  if (missing !== null) return { state: 'BLOCKED', ...missing };
  return { state: 'QUEUED', ...because.event(triggerText(order.on)) };
}

/** A raised generation begins anew: what ran before it is not shown. */
function isOfNow(id: string, { generation }: Triggered, machines: Machines): boolean {
  return [...machines.values()].some(({ results }) => {
    const { running, ended } = runsOf(results, id);
    const claimed = results.claimed.filter(({ order }) => order === id);
    return [...running, ...ended, ...claimed].some((it) => it.generation >= generation);
  });
}

function waitingOf(order: Triggered, machines: Machines): readonly WaitingOrder[] {
  return waitingUnder(order.id, machines).filter((it) => it.generation === order.generation);
}

function lastRunsOf(id: string, machines: Machines): StatusLastRun[] {
  return tellersOf(id, machines).flatMap((machine): StatusLastRun[] => {
    const results = machines.get(machine)?.results;
    const { running, ended } = results === undefined ? { running: [], ended: [] } : runsOf(results, id);
    const [now] = running;
    if (now !== undefined) return [{ due: now.startedAt, state: 'IN_PROGRESS', machine, startedAt: now.startedAt }];
    const last = ended.at(-1);
    if (last === undefined) return [];
    const { state, exitCode, startedAt, finishedAt } = last;
    return [{ due: startedAt ?? finishedAt, state, machine, exitCode, finishedAt }];
  });
}
