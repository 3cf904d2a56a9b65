// The status of a scheduled order, from documents alone (D6): the state of its newest occurrence, and the last ones. The next one can only be told
// where there is a clock: in a face.
import { isoTime } from '../base/time.ts';
import { type Machines, machineLabel } from '../model/machines/machines.ts';
import type { Order, Schedule } from '../model/orders/order.ts';
import type { OlderRun, OrderState, WaitingOrder } from '../model/orders/run.ts';
import type { StatusLastRun, StatusOrder, StatusRun } from '../model/status/status.ts';
import { assignmentOf } from '../orders/assignment.ts';
import { isScheduled, isTriggered, occurrenceOf } from '../orders/occurrences.ts';
import { withHead } from '../orders/read-reason.ts';
import { because } from '../orders/reason-words.ts';
import { isHigher } from '../runs/journal-retention.ts';
import { toldOccurrences } from '../runs/occurrence-index.ts';
import { dueMs, dueText } from '../runs/occurrence-name.ts';
import { highestRun, runsOf, tellersOf, waitingUnder } from '../runs/run-index.ts';
import { LAST_RUNS_MAX, waitsForNone, withoutDescription } from './occurrence-status.ts';
import { headOf, orderStatus } from './order-status.ts';
import { triggerStatus } from './trigger-status.ts';

/** The status of any entry; a template has that of its newest occurrence. */
export function listedStatus(order: Order, machines: Machines): StatusOrder {
  if (isTriggered(order)) return triggerStatus(order, machines);
  return isScheduled(order) ? scheduleStatus(order, machines) : orderStatus(order, machines);
}

export function scheduleStatus(order: Order & { readonly schedule: Schedule }, machines: Machines): StatusOrder {
  const { line, timezone } = order.schedule;
  const lastRuns = lastRunsOf(order, machines);
  return {
    ...headOf(order, machines),
    schedule: timezone === 'UTC' ? line : `${line} ${timezone}`,
    ...newestStatus(order, machines),
    ...(lastRuns.length === 0 ? {} : { lastRuns }),
  };
}

function newestStatus(order: Order, machines: Machines): StatusRun & Pick<StatusOrder, 'machine' | 'machines'> {
  if (order.assign.kind === 'all') return allStatus(order, machines);
  const newest = newestOf(order, machines);
  if (newest === null) return untouched(order, machines);
  const status = withoutDescription(orderStatus(occurrenceOf(order, newest.id), machines));
  if (order.cancelled && status.state !== 'IN_PROGRESS') return { state: 'CANCELLED' };
  const waits = waitingOf(order, machines).find(({ atMs, state }) => atMs > newest.atMs && state === 'ASSIGNED');
  const on = status.machine === undefined ? '' : ` on ${machineLabel(status.machine, machines)}`;
  const which = `${status.state === 'COMPLETED' ? 'last ' : ''}${dueText(newest.atMs)}${on}`;
  const next = waits === undefined ? undefined : `that of ${dueText(waits.atMs)} waits for it`;
  return { ...status, reason: [which, status.reason, next].filter((it) => it !== undefined).join('; ') };
}

/** The newest occurrence that ran, in the listed generation if any did (O17.13), or one since then that is blocked. */
function newestOf(order: Order, machines: Machines): { readonly id: string; readonly atMs: number } | null {
  const all = toldOccurrences(order.id, machines);
  const told = all.find(({ id }) => hasReached(id, order.generation, machines)) ?? all[0];
  const blocked = waitingOf(order, machines).find(({ state }) => state === 'BLOCKED');
  if (blocked === undefined || (told !== undefined && told.atMs >= blocked.atMs)) return told ?? null;
  return { id: blocked.order, atMs: blocked.atMs };
}

function hasReached(id: string, generation: number, machines: Machines): boolean {
  return tellersOf(id, machines).some((machine) => {
    const results = machines.get(machine)?.results;
    const { running, ended } = results === undefined ? { running: [], ended: [] } : runsOf(results, id);
    return [...running, ...ended].some((run) => run.generation >= generation);
  });
}

/** The newest first. */
function waitingOf(order: Order, machines: Machines): readonly (WaitingOrder & { readonly atMs: number })[] {
  return waitingUnder(order.id, machines)
    .filter((it) => it.order !== order.id)
    .map((it) => ({ ...it, atMs: dueMs(it.order) ?? 0 }))
    .sort((one, other) => other.atMs - one.atMs);
}

function untouched(order: Order, machines: Machines): StatusRun {
  return waitsForNone(order, machines) ?? { state: 'QUEUED', ...because.schedule() };
}

/** The newest occurrence of each machine: a machine that joined later has none of the earlier ones. */
function allStatus(order: Order, machines: Machines): StatusRun & Pick<StatusOrder, 'machines'> {
  const assignment = assignmentOf({ ...order, joiners: true }, machines);
  if (assignment.kind === 'nobody') return untouched(order, machines);
  const entries = assignment.machines.flatMap((machine): [string, StatusRun][] => {
    const view = machines.get(machine);
    if (view === undefined) return [];
    const alone: Machines = new Map([[machine, view]]);
    const newest = newestOf(order, alone);
    const only = { ...order, assign: { kind: 'machine', machine } } as const;
    const status =
      newest === null ? untouched(only, machines) : orderStatus(occurrenceOf(order, newest.id), alone).machines?.[machine];
    if (status === undefined) return [];
    const { changed: _, ...shown } = status;
    return [[String(machine), shown]];
  });
  const all = { machines: Object.fromEntries(entries) };
  if (order.cancelled && entries.every(([, run]) => run.state !== 'IN_PROGRESS')) return { ...all, state: 'CANCELLED' };
  const first = FIRST.find((state) => entries.some(([, run]) => run.state === state)) ?? 'QUEUED';
  const [newest] = toldOccurrences(order.id, machines);
  if (newest === undefined || first === 'QUEUED') return { ...all, ...untouched(order, machines) };
  const which = `${first === 'COMPLETED' ? 'last ' : ''}${dueText(newest.atMs)}`;
  const [machine, run] = entries.find(([, it]) => it.state === first) ?? [];
  const isBad = first === 'FAILED' || first === 'BLOCKED';
  return { ...all, state: first, ...(isBad ? withHead(`${which}; on ${machine}`, run ?? {}) : { reason: which }) };
}

/** The state of the whole, from the states of the machines. */
const FIRST: readonly OrderState[] = ['IN_PROGRESS', 'ASSIGNED', 'FAILED', 'BLOCKED', 'CANCELLED', 'COMPLETED'];

/** The newest first; of an order for all, each machine's. */
function lastRunsOf(order: Order, machines: Machines): readonly StatusLastRun[] {
  const runs: StatusLastRun[] = [];
  for (const { id, atMs } of toldOccurrences(order.id, machines)) {
    const told = tellersOf(id, machines).flatMap((machine) => lastRun(id, atMs, machine, machines));
    const best = told.reduce<Told | null>((top, it) => (top !== null && !isHigher(it, top) ? top : it), null);
    const shown = order.assign.kind === 'all' ? told : best === null ? [] : [best];
    runs.push(...shown.map((it) => it.run));
    if (runs.length >= LAST_RUNS_MAX) return runs.slice(0, LAST_RUNS_MAX);
  }
  return runs;
}

interface Told extends Pick<OlderRun, 'generation' | 'attempt'> {
  readonly run: StatusLastRun;
}

function lastRun(id: string, atMs: number, machine: number, machines: Machines): Told[] {
  const results = machines.get(machine)?.results;
  if (results === undefined) return [];
  const due = isoTime(atMs);
  const { running, ended } = runsOf(results, id);
  const [now] = running;
  if (now !== undefined) return [{ ...now, run: { due, state: 'IN_PROGRESS', machine, startedAt: now.startedAt } }];
  const last = highestRun(ended);
  if (last === null) return [];
  const { generation, attempt, state, exitCode, finishedAt } = last;
  return [{ generation, attempt, run: { due, state, machine, exitCode, finishedAt } }];
}
