// coord order clean
import { counted } from '../../../core/base/counted.ts';
import { shellWord } from '../../../core/base/shell-word.ts';
import { isoTime } from '../../../core/base/time.ts';
import { endedAt } from '../../../core/orders/order-end.ts';
import type { EndedFilter, KeptWhy } from '../../../core/status/ended-entries.ts';
import { parseDuration } from '../../../documents/text/duration.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { type CleanPlan, cleanOrders, cleanPlan } from '../../../operations/orders/clean-orders.ts';
import { freshView, ordersHere } from '../../../operations/orders/edit-orders.ts';
import { endStatesOf } from '../../../operations/orders/order-filter.ts';
import { syncedView } from '../../../operations/sync/view.ts';
import type { Context } from '../../context.ts';
import { canAsk, confirmed } from '../../input/confirm.ts';
import { warnUnsent } from '../../output/consequence.ts';
import { ago, columns, plainCell } from '../../output/table.ts';

interface Options {
  readonly olderThan?: string;
  readonly state?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

export async function run(context: Context, options: Options): Promise<number> {
  const { dryRun = false, yes = false } = options;
  const folder = context.fleet();
  const filter = filterOf(options, context.nowMs());
  const world = await context.world();
  const view = dryRun ? syncedView(folder) : await context.busy('syncing', freshView(world, folder));
  const plan = cleanPlan(view, ordersHere(folder), filter);
  const isDone = yes && !dryRun;
  const count = counted(plan.gone.length, 'order');
  if (!isDone) show(context, plan, plan.gone.length === 0 ? 'nothing to remove' : `would remove ${count} from ORDERS.json:`);
  if (dryRun || (plan.gone.length === 0 && !isDone)) return EXIT.done;
  if (!yes && !canAsk())
    throw new CoordError('FAILED', 'nothing was removed: without a terminal, expected --yes', again(options));
  if (!yes && !(await confirmed(`Remove ${count}?`))) {
    context.out('nothing was removed');
    return EXIT.done;
  }
  const report = plan.gone.length === 0 ? null : await context.busy('syncing', cleanOrders(world, folder, plan));
  if (yes) show(context, plan, report === null ? 'nothing to remove' : `removed ${count} from ORDERS.json:`);
  else context.out(`removed ${count} from ORDERS.json`);
  if (report !== null) warnUnsent(context, report);
  return EXIT.done;
}

function filterOf({ olderThan, state }: Options, nowMs: number): EndedFilter {
  const ms = olderThan === undefined ? 0 : parseDuration(olderThan);
  if (ms === null)
    throw new CoordError(
      'USAGE',
      `--older-than: expected a length of time such as 7d, found ${JSON.stringify(olderThan)}`,
      'coord order clean --help',
    );
  return {
    before: olderThan === undefined ? null : isoTime(Math.max(0, nowMs - ms)),
    isByPerson: true,
    states: state === undefined ? null : endStatesOf(state, 'coord order clean'),
  };
}

function again({ olderThan, state }: Options): string {
  const words = [
    ...(olderThan === undefined ? [] : ['--older-than', shellWord(olderThan)]),
    ...(state === undefined ? [] : ['--state', shellWord(state)]),
  ];
  return ['coord order clean', ...words, '--yes'].join(' ');
}

const WHY: Readonly<Record<KeptWhy, string>> = {
  awaited: 'another order comes after it',
  doubted: 'the machine that told its end is not believed: coord order remove takes it out',
  needsYou: 'it needs you: coord status',
  spec: 'its spec counts it',
};

function show(context: Context, { gone, kept }: CleanPlan, head: string): void {
  context.out(head);
  const rows = gone.map(({ id, before }) => {
    const ended = endedAt(before);
    return [id, before.state, ended === null ? '' : ago(ended, context.nowMs())].map((cell) => plainCell(cell, 100));
  });
  for (const line of columns(rows)) context.out(`  ${line}`);
  if (kept.length === 0) return;
  context.out(`${kept.length} that ended stay${kept.length === 1 ? 's' : ''}:`);
  for (const line of columns(kept.map(({ id, why }) => [plainCell(id, 100), WHY[why]]))) context.out(`  ${line}`);
}
