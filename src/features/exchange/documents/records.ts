// What an export holds: orders as the board shows them, runs and messages as the timeline tells them. One flat record each, whose values are
// texts, numbers or nothing, so that every format can hold them. Pure.
import type { StatusDocument } from '../../../core/model/status/status.ts';
import type { RunEnded, TimelineEvent } from '../../../core/model/status/timeline.ts';

export type Cell = string | number | null;
export type Row = Readonly<Record<string, Cell>>;

export const KINDS = ['orders', 'runs', 'messages'] as const;
export type Kind = (typeof KINDS)[number];

/** Of each kind, in the order of a table. */
export const COLUMNS: Readonly<Record<Kind, readonly string[]>> = {
  orders: [
    ...['id', 'title', 'state', 'reason', 'assign', 'machine', 'generation', 'after'],
    ...['schedule', 'startedAt', 'finishedAt', 'exitCode'],
  ],
  runs: ['order', 'generation', 'attempt', 'machine', 'name', 'state', 'startedAt', 'finishedAt', 'exitCode', 'reason'],
  messages: ['at', 'from', 'to', 'number', 'priority', 'text'],
};

export interface Told {
  readonly status: Pick<StatusDocument, 'orders' | 'machines'>;
  readonly events: readonly TimelineEvent[];
}

export function rowsOf(kind: Kind, told: Told): readonly Row[] {
  if (kind === 'orders') return orderRows(told);
  return kind === 'runs' ? runRows(told) : messageRows(told);
}

/** Chains and their steps, as STATUS.json lists them. */
function orderRows({ status }: Told): readonly Row[] {
  return Object.entries(status.orders).map(([id, it]) => ({
    ...{
      id,
      title: it.title ?? null,
      state: it.state,
      reason: it.reason ?? null,
      assign: it.assign,
      machine: it.machine ?? null,
    },
    ...{ generation: it.generation ?? 1, after: it.after?.join(' ') ?? null, schedule: it.schedule ?? null },
    ...{ startedAt: it.startedAt ?? null, finishedAt: it.finishedAt ?? null, exitCode: it.exitCode ?? null },
  }));
}

/** In the order in which they began, as far as that is known. */
function runRows({ status, events }: Told): readonly Row[] {
  const runs = new Map<string, Row>();
  for (const event of events) {
    if (event.kind !== 'started' && event.kind !== 'ended') continue;
    const { order, generation, attempt, machine } = event;
    const key = JSON.stringify([order, generation, attempt, machine]);
    const name = status.machines[String(machine)]?.name ?? null;
    const before = runs.get(key) ?? {
      order,
      generation,
      attempt,
      machine,
      name,
      state: 'IN_PROGRESS',
      startedAt: null,
      ...NO_END,
    };
    runs.set(key, { ...before, ...(event.kind === 'started' ? { startedAt: event.at } : endOf(event)) });
  }
  return [...runs.values()];
}

const NO_END = { finishedAt: null, exitCode: null, reason: null };

function endOf({ state, at, exitCode, reason }: RunEnded): Row {
  return { state, finishedAt: at, exitCode, reason };
}

/** `from`: a machine's number, or a person. */
function messageRows({ events }: Told): readonly Row[] {
  return events.flatMap((event): Row[] => {
    if (event.kind !== 'message') return [];
    const { at, by, to, number, priority, text } = event;
    return [{ at, from: 'person' in by ? by.person : by.machine, to, number, priority, text }];
  });
}

/** One object a line, each with its kind first. */
export function jsonLines(kinds: readonly Kind[], told: Told): readonly string[] {
  const one: Readonly<Record<Kind, string>> = { orders: 'order', runs: 'run', messages: 'message' };
  return kinds.flatMap((kind) => rowsOf(kind, told).map((row) => JSON.stringify({ kind: one[kind], ...row })));
}
