// coord run
import { randomBytes } from 'node:crypto';
import { visibleText } from '../../documents/escape-text.ts';
import { EXIT } from '../../errors.ts';
import { editOrders, mustBeGoodOrder } from '../../operations/edit-orders.ts';
import { consequence, warnUnsent } from '../consequence.ts';
import type { Context } from '../context.ts';
import { assignOf, runOf } from './order-add.ts';
import { waitVisibly } from './wait.ts';

interface Options {
  readonly cwd?: string;
  readonly timeout?: string;
  readonly waitTimeout?: string;
}

/** Exits with the run's code; 255 when coord itself failed, or when there is no code to pass on. */
export async function run(context: Context, machine: string, command: readonly string[], options: Options): Promise<number> {
  const { cwd, timeout } = options;
  const stamp = new Date(context.nowMs()).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').toLowerCase().replace('t', '-');
  const id = `run-${stamp}-${randomBytes(2).toString('hex')}`;
  const order = {
    id,
    assign: assignOf(machine),
    run: runOf(command),
    ...(cwd === undefined ? {} : { cwd }),
    ...(timeout === undefined ? {} : { timeout }),
  };
  mustBeGoodOrder(order);
  const placed = await context.busy('syncing', editOrders(await context.world(), context.fleet(), [{ kind: 'add', order }]));
  context.note(consequence(context, placed.view, id, 'queued'));
  warnUnsent(context, placed);
  const ended = await waitVisibly(context, id, options.waitTimeout);
  const runs = ended.machines === undefined ? [ended] : Object.values(ended.machines);
  for (const one of runs) if (one.tail) context.out(visibleText(one.tail.trimEnd()));
  if (ended.state === 'COMPLETED') return EXIT.done;
  return runs.map((one) => one.exitCode).find((code) => typeof code === 'number' && code !== 0) ?? 255;
}
