// coord update
import { shellWord } from '../../../core/base/shell-word.ts';
import { numberedName } from '../../../core/model/machines/machine-label.ts';
import { visibleJson } from '../../../documents/text/escape-text.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { type UpdateOrder, type UpdatePlan, updatePlan } from '../../../operations/machine/update.ts';
import { editOrders, freshView } from '../../../operations/orders/edit-orders.ts';
import type { Context } from '../../context.ts';
import { warnUnsent } from '../../output/consequence.ts';
import { columns, plainCell } from '../../output/table.ts';

interface Options {
  readonly from?: string;
  readonly order?: boolean;
  readonly json?: boolean;
}

export async function run(context: Context, { from, order = false, json = false }: Options): Promise<number> {
  if (from !== undefined && /[\p{Cc}]/u.test(from))
    throw new CoordError('USAGE', '--from: expected an address of a package, on one line', 'coord update --help');
  if (order && from === undefined)
    throw new CoordError(
      'USAGE',
      '--order needs --from: the package that npm installs there',
      'coord update --order --from https://example.com/git-coord-0.2.0.tgz',
    );
  const folder = context.fleet();
  const world = await context.world();
  const view = await context.busy('syncing', freshView(world, folder));
  const plan = updatePlan(view, world.version, from === undefined ? null : shellWord(from));
  if (json) context.out(visibleJson(JSON.stringify(plan, null, 2)));
  else show(context, plan, from ?? null);
  const orders = plan.behind.flatMap((machine) => machine.order ?? []);
  if (!order || orders.length === 0) return EXIT.done;
  const edits = orders.map((entry) => ({ kind: 'add', order: { ...entry }, again: true }) as const);
  const report = await context.busy('syncing', editOrders(world, folder, edits));
  if (!json) for (const { id, assign } of orders) context.out(`placed ${id} for machine ${assign}`);
  warnUnsent(context, report);
  return EXIT.done;
}

function show(context: Context, { newest, behind, commands }: UpdatePlan, from: string | null): void {
  if (behind.length === 0) {
    context.out(`all machines have ${newest}`);
    return;
  }
  context.out(`the newest version is ${newest}; behind it:`);
  const rows = behind.map(({ machine, name, version, allowsShell }) => [
    numberedName(machine, plainCell(name, 100)),
    version === '' ? 'not known' : plainCell(version, 40),
    allowsShell ? 'by hand, or by an order' : 'by hand: it allows no shell orders',
  ]);
  for (const line of columns(rows)) context.out(`  ${line}`);
  context.out('');
  context.out(from === null ? 'by hand, on each, in a clone of coord:' : 'by hand, on each:');
  for (const command of commands) context.out(`  ${context.paint.cyan(command)}`);
  if (!behind.some(({ allowsShell }) => allowsShell)) return;
  context.out('');
  const entries = behind.flatMap(({ order }) => (order === null ? [] : [`  ${entryText(order)}`]));
  if (entries.length === 0)
    context.out('by orders: coord update --from <package>, what npm installs there: the address of a .tgz');
  else for (const line of ['by orders: coord update --order, or on the host, in ORDERS.json:', ...entries]) context.out(line);
}

function entryText(order: UpdateOrder): string {
  return visibleJson(JSON.stringify(order));
}
