// Orders as rows: those that run, or ended; and those that wait, with the reason. Pure.

import { listedName } from '../../core/model/machines/machine-label.ts';
import type { StatusOrder, StatusRun } from '../../core/model/status/status.ts';
import { wholeOrders } from '../../core/orders/chains.ts';
import { isRepeated } from '../../core/orders/order-end.ts';
import { changedNote } from '../../core/orders/work-hash.ts';
import { markedState } from '../../documents/text/state-mark.ts';
import type { View } from '../../operations/sync/view.ts';
import { comingWords } from '../output/coming-words.ts';
import { progressWords } from '../output/progress-words.ts';
import { styleOfState } from '../output/state-words.ts';
import { ago, roughly } from '../output/table.ts';
import type { Sight } from './frame-state.ts';
import { cell, type Row } from './rows.ts';

interface Told {
  readonly id: string;
  readonly machine: number | undefined;
  readonly run: StatusRun;
}

/** One a machine; a chain is told by its steps. */
function runsOf(view: View): readonly Told[] {
  return Object.entries(view.orders).flatMap(([id, order]): Told[] => {
    if (order.steps !== undefined) return [];
    if (order.machines === undefined) return [{ id, machine: order.machine, run: order }];
    return Object.entries(order.machines).map(([machine, run]) => ({ id, machine: Number(machine), run }));
  });
}

/** What runs, the oldest first; what ended, the newest first. */
export function runRows(view: View, sight: Sight, nowMs: number): readonly [running: readonly Row[], ended: readonly Row[]] {
  const told = runsOf(view);
  const running = told
    .filter(({ run }) => run.state === 'IN_PROGRESS')
    .sort((a, b) => byText(a.run.startedAt ?? '', b.run.startedAt ?? ''))
    .map((one) => runRow(one, view, sight, nowMs));
  const ended = told
    .filter(({ run }) => run.finishedAt !== undefined && run.state !== 'IN_PROGRESS')
    .sort((a, b) => byText(b.run.finishedAt ?? '', a.run.finishedAt ?? ''))
    .map((one) => runRow(one, view, sight, nowMs));
  return [running, ended];
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function runRow({ id, machine, run }: Told, view: View, { endings }: Sight, nowMs: number): Row {
  const isRunning = run.state === 'IN_PROGRESS';
  const code = run.exitCode == null || run.exitCode === 0 ? '' : ` (${run.exitCode})`;
  const state = isRunning ? '● RUNNING' : `${markedState(run.state)}${code}`;
  const startedMs = Date.parse(run.startedAt ?? '');
  const time = !isRunning ? ago(run.finishedAt, nowMs) : Number.isNaN(startedMs) ? '' : roughly(nowMs - startedMs);
  const ending = machine === view.self.machine && isRunning ? endings.get(id) : undefined;
  const last = ending ?? run.tail?.trimEnd().split('\n').at(-1) ?? '';
  const said = isRunning ? progressWords(run.progress, nowMs) : [];
  // Its last line is among them.
  const words = [
    ...(run.reason === undefined ? [] : [run.reason]),
    ...said,
    ...(last === '' || said.length > 0 ? [] : [`“${last}”`]),
  ];
  return {
    key: `${id} ${machine ?? ''}`,
    cells: [
      cell(id, isRunning ? 'bold' : undefined),
      cell(state, styleOfState(state)),
      cell(machine === undefined ? '' : listedName(machine, view.machines)),
      cell(time),
      cell(words.join(' · '), isRunning ? undefined : 'dim'),
    ],
    about: { kind: 'order', order: id, machine, hasRun: true },
  };
}

const OPEN: readonly StatusOrder['state'][] = ['BLOCKED', 'ASSIGNED', 'QUEUED'];

function isOpen({ state }: StatusOrder): boolean {
  return OPEN.includes(state);
}

/** What only somebody's word or deed can move comes first, then what starts next; schedules and triggers last. */
export function queueRows(view: View, nowMs: number): readonly [open: readonly Row[], coming: readonly Row[]] {
  const whole = wholeOrders(view.orders);
  const waiting = OPEN.flatMap((state) => whole.filter(([, order]) => order.state === state));
  const coming = whole.filter(([, order]) => isRepeated(order) && !isOpen(order) && order.state !== 'CANCELLED');
  const row = ([id, order]: readonly [string, StatusOrder]): Row => {
    const state = markedState(order.state);
    const machines = Object.values(order.machines ?? {});
    const done = machines.filter((run) => run.state === 'COMPLETED').length;
    const changed = changedNote(id, order, view.orders);
    const words = [
      ...(machines.length === 0 ? [] : [`${done} of ${machines.length} done`]),
      ...(order.reason === undefined ? [] : [order.reason]),
      ...(changed === null ? [] : [changed]),
      ...comingWords(order, nowMs),
      ...(order.schedule === undefined ? [] : [`schedule ${order.schedule}`]),
      ...(order.on === undefined ? [] : [`on ${order.on}`]),
      ...(order.finishedAt === undefined ? [] : [`last ${ago(order.finishedAt, nowMs)}`]),
      ...(order.title === undefined ? [] : [order.title]),
    ];
    return {
      key: id,
      cells: [cell(id, 'bold'), cell(state, styleOfState(state)), cell(order.assign), cell(words.join(' · '))],
      about: { kind: 'order', order: id, machine: order.machine, hasRun: order.attempt !== undefined || machines.length > 0 },
    };
  };
  return [waiting.map(row), coming.map(row)];
}
