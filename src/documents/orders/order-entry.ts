// One checked entry of ORDERS.json with every default applied.
import type { Assign, Command, Order, Resolved, Schedule, Work } from '../../core/model/orders/order.ts';
import { approvalMark } from '../../core/orders/work-hash.ts';
import { agentTaskOf } from '../../features/agents/documents/agent-schema.ts';
import { workspaceOf } from '../../features/workspaces/documents/workspace-schema.ts';
import { cronTimes } from '../text/cron.ts';
import { parseDuration } from '../text/duration.ts';
import { callOf } from './call-schema.ts';
import type { OrderEntry } from './order-schema.ts';

const TIMEOUT_DEFAULT_MS = 3_600_000;

/** Null = `assign` names a machine number that cannot be (1 to 9999 can). */
export function toOrder(entry: OrderEntry): Order | null {
  const assign = assignOf(entry.assign);
  if (assign === null) return null;
  const order = {
    id: entry.id,
    generation: entry.generation ?? 1,
    title: entry.title ?? null,
    type: entry.type ?? null,
    feature: entry.feature ?? null,
    spec: entry.spec ?? null,
    assign,
    ...(entry.assign === undefined && entry.type !== undefined ? { route: 'open' as const } : {}),
    work: workOf(entry),
    cwd: entry.cwd ?? null,
    env: Object.assign(Object.create(null), entry.env),
    ...workspaceOf(entry),
    timeoutMs: (entry.timeout === undefined ? null : parseDuration(entry.timeout)) ?? TIMEOUT_DEFAULT_MS,
    check: entry.check === undefined ? null : commandOf(entry.check),
    attempts: entry.attempts ?? 1,
    priority: entry.priority ?? 'normal',
    joiners: entry.joiners ?? false,
    schedule: scheduleOf(entry),
    cancelled: entry.cancelled ?? false,
    after: entry.after ?? [],
    approval: entry.approval ?? false,
    approved: false,
    resolved: resolvedOf(entry),
    ...(entry.wake === true ? { wake: true } : {}),
    ...(entry.resume === undefined || entry.resume === false ? {} : { resume: entry.resume }),
  };
  return { ...order, ...approvalOf(entry, order) };
}

/** O4a: a mark approves the work that it was made of, and no other. */
function approvalOf({ approved }: OrderEntry, order: Order): Pick<Order, 'approved' | 'approvedOther'> {
  if (typeof approved !== 'string') return { approved: approved ?? false };
  return approved === approvalMark(order) ? { approved: true } : { approved: false, approvedOther: true };
}

/** Digits are a machine's number however they are written; names are compared ignoring case. */
export function assignOf(written: OrderEntry['assign']): Assign | null {
  if (written === undefined) return { kind: 'any' };
  if (Array.isArray(written)) {
    const of = written.map(machineOrName);
    return of.every((it) => it !== null) ? { kind: 'list', of } : null;
  }
  if (typeof written === 'object') return { kind: 'match', tags: written.tags ?? [], tool: written.tool ?? null };
  const who = machineOrName(written);
  if (who === null) return null;
  if (typeof who === 'number') return { kind: 'machine', machine: who };
  return who === 'all' || who === 'any' ? { kind: who } : { kind: 'name', name: who };
}

function machineOrName(written: number | string): number | string | null {
  if (typeof written === 'number') return written;
  const trimmed = written.trim();
  if (!/^[0-9]+$/.test(trimmed)) return trimmed.toLowerCase();
  const machine = Number(trimmed);
  return machine >= 1 && machine <= 9999 ? machine : null;
}

/** The line and the zone have been checked (orders.ts). */
function scheduleOf({ schedule, timezone = 'UTC', overlap = 'skip' }: OrderEntry): Schedule | null {
  if (schedule === undefined) return null;
  const times = cronTimes(schedule, timezone);
  return 'field' in times ? null : { line: schedule.trim(), timezone, overlap, newestAt: times.newestAt };
}

function workOf(entry: OrderEntry): Work {
  if (entry.run !== undefined) return { kind: 'shell', command: commandOf(entry.run) };
  if (entry.call !== undefined) return callOf(entry.call);
  return agentTaskOf(entry);
}

function commandOf(written: string | [string, ...string[]]): Command {
  return typeof written === 'string' ? { kind: 'line', line: written } : { kind: 'argv', argv: written };
}

function resolvedOf({ resolved }: OrderEntry): Resolved | null {
  if (resolved === undefined) return null;
  const { generation, as, note } = resolved;
  return { generation, as: as === 'completed' ? 'COMPLETED' : 'FAILED', note: note ?? null };
}
