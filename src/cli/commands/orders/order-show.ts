// coord order show
import { shellWord } from '../../../core/base/shell-word.ts';
import { changedNote } from '../../../core/orders/work-hash.ts';
import { nextDue } from '../../../documents/board/next-due.ts';
import { visibleJson, visibleText } from '../../../documents/text/escape-text.ts';
import { markedState } from '../../../documents/text/state-mark.ts';
import { EXIT } from '../../../errors.ts';
import { findOrder } from '../../../operations/orders/edit-orders.ts';
import { listedWork } from '../../../operations/orders/listed-work.ts';
import { withProgressHere } from '../../../operations/sync/progress-here.ts';
import { syncedView, type View } from '../../../operations/sync/view.ts';
import type { Context } from '../../context.ts';
import { progressWords } from '../../output/progress-words.ts';
import { paintState } from '../../output/state-words.ts';
import { plainCell } from '../../output/table.ts';

/** Nothing that a person needs is longer, a title or an output of a step. */
const CELL_MAX = 4000;

/** `login.design · ▶ IN_PROGRESS · on 2 · …` */
function stepWords(id: string, { orders }: View): string {
  const step = orders[id];
  const machine = step?.machine === undefined ? step?.assign : `on ${step.machine}`;
  return [id, step && markedState(step.state), machine, step?.reason].filter(Boolean).join(' · ');
}

export async function run(context: Context, id: string, options: { readonly json?: boolean }): Promise<number> {
  const folder = context.fleet();
  const synced = syncedView(folder);
  const view = withProgressHere(folder, synced);
  const order = findOrder(folder, view, id);
  if (options.json) {
    context.out(visibleJson(JSON.stringify(order, null, 2)));
    return EXIT.done;
  }
  const line = (name: string, value: string | number | null | undefined) => {
    if (value !== undefined && value !== null && value !== '')
      context.out(`${`${plainCell(name, CELL_MAX)}:`.padEnd(10)} ${plainCell(String(value), CELL_MAX)}`);
  };
  line('order', id);
  line('title', order.title);
  context.out(`state:     ${paintState(markedState(order.state), context.paint)}`);
  line('why', order.reason);
  line('changed', changedNote(id, order, view.orders));
  line('for', order.assign);
  for (const [field, value] of listedWork(folder, id)) line(field, value);
  line('after', order.after?.join(', '));
  line('approval', order.approval);
  line('step of', order.chain);
  line('template', order.use);
  line('schedule', order.schedule);
  if (order.schedule !== undefined && order.state !== 'CANCELLED') line('next', nextDue(order.schedule, context.nowMs()));
  line('on', order.on);
  line('times', order.times);
  line('machine', order.machine);
  line('generation', order.generation);
  line('attempt', order.attempt);
  line('exit code', order.exitCode);
  line('started', order.startedAt);
  line('finished', order.finishedAt);
  line('now', progressWords(order.progress, context.nowMs()).join(' · '));
  for (const [machine, one] of Object.entries(order.machines ?? {})) {
    const why = one.reason ?? (one.exitCode ? `exit code ${one.exitCode}` : null);
    line(
      `on ${machine}`,
      [markedState(one.state), why, ...progressWords(one.progress, context.nowMs())].filter(Boolean).join(' · '),
    );
    if (one.state === 'FAILED') showTail(context, one.tail);
  }
  for (const step of order.steps ?? []) line('step', stepWords(step, view));
  for (const [key, value] of Object.entries(order.outputs ?? {})) line(key, value);
  for (const last of order.lastRuns ?? []) {
    const code = last.exitCode === undefined || last.exitCode === null || last.exitCode === 0 ? '' : `exit code ${last.exitCode}`;
    line('last', [last.due, markedState(last.state), `on ${last.machine}`, code].filter(Boolean).join(' · '));
  }
  if (order.state === 'FAILED') line('next', `coord logs ${shellWord(id)}; to run it again: coord retry ${shellWord(id)}`);
  if (order.tail) context.out('');
  showTail(context, order.tail);
  return EXIT.done;
}

function showTail(context: Context, tail = ''): void {
  if (tail !== '') for (const text of tail.trimEnd().split('\n')) context.out(`  ${visibleText(text)}`);
}
