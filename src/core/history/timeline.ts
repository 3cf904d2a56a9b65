// The fleet's timeline, from documents and main's history. Pure: takes events, returns the wanted ones in order.
import { parseTime } from '../base/time.ts';
import type { OrderEdit } from '../model/ledger/intention.ts';
import { EVERYBODY, type Message, type Reader } from '../model/messages/message.ts';
import { claimName } from '../model/orders/claim.ts';
import type { ReasonCode } from '../model/orders/reason.ts';
import type { OlderRun, ResultsDocument, RunName, RunningRun } from '../model/orders/run.ts';
import type {
  Editor,
  MachineNames,
  OrderEvent,
  RunEnded,
  RunStarted,
  TakenOver,
  TimelineEvent,
  TimelineFilter,
} from '../model/status/timeline.ts';
import { codeOf } from '../orders/read-reason.ts';
import { costIn } from '../runs/spending.ts';

/** What one commit did, and by whom. */
export interface EditedAt {
  readonly at: string;
  readonly by: Editor;
  readonly commit: string;
}

/** One event for each order, however many of its fields changed. `archived`: orders that the same commit put into the archive (D11). */
export function orderEvents(
  edits: readonly OrderEdit[],
  edited: EditedAt,
  known: ReadonlyMap<string, { readonly title: string | null; readonly for: string | number | null }>,
  archived: ReadonlySet<string>,
): OrderEvent[] {
  const byOrder = new Map<string, OrderEdit[]>();
  for (const edit of edits) {
    const id = edit.kind === 'add' ? edit.order.id : edit.id;
    byOrder.set(id, [...(byOrder.get(id) ?? []), edit]);
  }
  return [...byOrder].map(([order, its]): OrderEvent => {
    const { title = null, for: assign = null } = known.get(order) ?? {};
    const about = { title, for: assign };
    for (const edit of its) {
      const entry: readonly (readonly [string, unknown])[] = edit.kind === 'add' ? Object.entries(edit.order) : [];
      const set = edit.kind === 'set' ? [[edit.field, edit.value] as const] : entry;
      for (const [field, value] of set) {
        if (field === 'title' && typeof value === 'string') about.title = value;
        if (field === 'assign') about.for = typeof value === 'string' || typeof value === 'number' ? value : null;
      }
    }
    const fields = its.flatMap((edit) => ('field' in edit ? [edit.field] : []));
    return { kind: 'order', what: deedOf(its, archived.has(order)), order, ...about, fields, ...edited };
  });
}

function deedOf(edits: readonly OrderEdit[], isArchived: boolean): OrderEvent['what'] {
  if (edits.some((edit) => edit.kind === 'add')) return 'added';
  if (edits.some((edit) => edit.kind === 'remove')) return isArchived ? 'archived' : 'removed';
  const set = (field: string) => edits.find((edit) => edit.kind === 'set' && edit.field === field);
  const raised = set('generation');
  if (raised?.kind === 'set' && Number(raised.value) > Number(raised.was?.[0] ?? 1)) return 'retried';
  const cancelled = set('cancelled');
  return cancelled?.kind === 'set' && cancelled.value === true ? 'cancelled' : 'changed';
}

/** Adds events that are not there yet. A full record of a run replaces its short line. */
export function mergeEvents(into: Map<string, TimelineEvent>, events: Iterable<TimelineEvent>): void {
  for (const event of events) {
    const key = identityOf(event);
    const known = into.get(key);
    if (known === undefined || (known.kind === 'ended' && known.durationMs === null)) into.set(key, event);
  }
}

/** Identifies an event: the same in each document that tells it. */
function identityOf(event: TimelineEvent): string {
  const { kind, at } = event;
  switch (kind) {
    case 'started':
    case 'takenOver':
    case 'ended':
      return `${kind} ${event.machine} ${event.order} ${event.generation}.${event.attempt} ${at}`;
    case 'message': {
      const number = event.number ?? `${at} ${event.text}`;
      return `${kind} ${JSON.stringify(event.by)} ${event.to} ${number}`;
    }
    case 'machine':
      return `${kind} ${event.machine} ${event.what} ${at}`;
    case 'order':
      return `${kind} ${event.commit} ${event.order}`;
    case 'fault':
      return `${kind} ${event.commit} ${event.document}`;
  }
}

/** What one machine runs and has run: `ended` in full, `older` in short. */
export function runEvents(machine: number, runs: Pick<ResultsDocument, 'running' | 'ended' | 'older'>): TimelineEvent[] {
  const name = ({ order, generation, attempt }: RunName) => ({ machine, order, generation, attempt });
  const startOf = (run: RunningRun): TimelineEvent => ({ kind: 'started', at: run.startedAt, ...name(run) });
  const endOf = (run: OlderRun, rest: Pick<RunEnded, 'reason' | 'durationMs'>): TimelineEvent => {
    const more = { ...(run.asks === true ? { asks: true as const } : {}), ...costOf(run) };
    return { kind: 'ended', at: run.finishedAt, ...name(run), state: run.state, exitCode: run.exitCode, ...more, ...rest };
  };
  return [
    ...runs.running.map(startOf),
    ...[...runs.ended, ...runs.older].flatMap((run) => {
      const { startedAt, reason = null } = run;
      if (startedAt === undefined) return [endOf(run, { reason, durationMs: null })];
      const durationMs = Math.max(0, parseTime(run.finishedAt) - parseTime(startedAt));
      return [startOf({ ...run, startedAt }), endOf(run, { reason, durationMs })];
    }),
  ];
}

function costOf({ outputs = {} }: OlderRun): Pick<RunEnded, 'cost'> {
  const cost = costIn(outputs);
  return cost === null || outputs.agent === undefined ? {} : { cost: { agent: outputs.agent, ...cost } };
}

/** What a machine wrote to one reader. */
export function messageEvents(machine: number, to: Reader, messages: readonly Message[]): TimelineEvent[] {
  return messages.map(({ number, at, priority, body: text }) => {
    return { kind: 'message', at, by: { machine }, to, number, priority, text };
  });
}

/** Oldest first; events of one moment in the order in which one leads to the next. */
export function sortedEvents(events: Iterable<TimelineEvent>): readonly TimelineEvent[] {
  const time = (event: TimelineEvent) => parseTime(event.at) || 0;
  return [...events].sort((a, b) => time(a) - time(b) || RANK[a.kind] - RANK[b.kind]);
}

const RANK: Readonly<Record<TimelineEvent['kind'], number>> = {
  machine: 0,
  order: 1,
  fault: 1,
  message: 2,
  takenOver: 3,
  started: 4,
  ended: 5,
};

/** True for an event that was asked for. */
export function isWanted(event: TimelineEvent, { order, machine, since }: TimelineFilter, names: MachineNames): boolean {
  if (since !== null && !(parseTime(event.at) >= parseTime(since))) return false;
  if (order !== null && !(orderOf(event) === order || orderOf(event)?.startsWith(`${order}@`))) return false;
  return machine === null || concerns(event, machine, names[machine] ?? null);
}

function orderOf(event: TimelineEvent): string | null {
  return event.kind === 'message' || event.kind === 'machine' || event.kind === 'fault' ? null : event.order;
}

/** Runs there, messages from and to it, orders for it, edits made there, and its coming and going. */
function concerns(event: TimelineEvent, machine: number, name: string | null): boolean {
  const isBy = (by: Editor) => 'machine' in by && by.machine === machine;
  switch (event.kind) {
    case 'started':
    case 'ended':
    case 'machine':
      return event.machine === machine;
    case 'takenOver':
      return event.machine === machine || event.from === machine;
    case 'message':
      return isBy(event.by) || event.to === String(machine) || event.to === EVERYBODY;
    case 'order': {
      const word = String(event.for ?? '').toLowerCase();
      return isBy(event.by) || word === String(machine) || word === 'all' || (name !== null && word === name.toLowerCase());
    }
    case 'fault':
      return isBy(event.by);
  }
}

/** Ends that are the machine's fault and not that of the work. */
const GAVE_WAY: readonly (ReasonCode | undefined)[] = ['leaseOver', 'interrupted', 'takenOver'];

/**
 * Attempts that another machine took over. Claims leave no trace, so where the attempt before left none either, nothing is reported.
 * `isForAll`: each machine makes its own attempts at such an order.
 */
export function takeOvers(events: Iterable<TimelineEvent>, isForAll: (order: string) => boolean): TakenOver[] {
  const starts: RunStarted[] = [];
  const ends: RunEnded[] = [];
  for (const event of events) {
    if (event.kind === 'started') starts.push(event);
    else if (event.kind === 'ended') ends.push(event);
  }
  const machines = new Map<string, Map<number, RunEnded | null>>();
  for (const run of [...starts, ...ends]) {
    const name = claimName(run);
    const known = machines.get(name) ?? new Map<number, RunEnded | null>();
    known.set(run.machine, run.kind === 'ended' ? run : (known.get(run.machine) ?? null));
    machines.set(name, known);
  }
  return starts.flatMap((run): TakenOver[] => {
    const before = machines.get(claimName({ ...run, attempt: run.attempt - 1 }));
    // An earlier attempt of the same machine means that it went on by itself.
    if (before === undefined || before.has(run.machine) || isForAll(run.order)) return [];
    const [first, ...others] = before;
    if (first === undefined || others.length > 0) return [];
    const [from, end] = first;
    const { at, machine, order, generation, attempt } = run;
    // One that was lost may tell later, with the time of then, that it COMPLETED.
    const failed = end?.state === 'FAILED' && end.at <= at && !GAVE_WAY.includes(codeOf(end));
    return [{ kind: 'takenOver', at, machine, order, generation, attempt, from, why: failed ? 'failed' : 'lost' }];
  });
}
