// coord run
import { randomBytes } from 'node:crypto';
import { shellWord } from '../../../core/base/shell-word.ts';
import { assignFrom } from '../../../documents/orders/assign-field.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { listedMachines, orElse } from '../../../operations/machine/machine-named.ts';
import { mustBeGoodOrder, TO_PLACE } from '../../../operations/orders/check-order.ts';
import { editOrders, freshView } from '../../../operations/orders/edit-orders.ts';
import { leaveTheList, runId } from '../../../operations/orders/run-orders.ts';
import { readView, type View } from '../../../operations/sync/view.ts';
import type { Context } from '../../context.ts';
import { numberOf } from '../../input/order-options.ts';
import { consequence, warnUnsent } from '../../output/consequence.ts';
import { type Live, showLive } from '../../output/live-lines.ts';
import { runsIn, showLocal, showReported } from '../../output/run-output.ts';
import { runOf } from './order-add.ts';
import { timeoutMsIn, waitVisibly } from './wait.ts';

interface Options {
  readonly cwd?: string;
  readonly timeout?: string;
  readonly waitTimeout?: string;
}

/** Exits with the run's code; 5 when only a person can move it; 255 when coord itself failed, or when there is no code to pass on. */
export async function run(context: Context, machine: string, command: readonly string[], options: Options): Promise<number> {
  const { cwd, timeout } = options;
  const id = runId(context.nowMs(), randomBytes(2).toString('hex'));
  const order = {
    id,
    assign: assignFrom(machine),
    run: runOf(command),
    ...(cwd === undefined ? {} : { cwd }),
    ...(timeout === undefined ? {} : { timeout: numberOf(timeout) }),
  };
  mustBeGoodOrder(order, { ...TO_PLACE, help: 'coord run --help' });
  const waitMs = timeoutMsIn(options.waitTimeout, '--wait-timeout', 'coord run --help');
  const world = await context.world();
  const known = readView(context.fleet());
  // One that has joined since the last sync is not known here yet.
  if (known === null || !isThere(known, machine))
    mustBeThere(await context.busy('syncing', freshView(world, context.fleet())), machine);
  const placed = await context.busy('syncing', editOrders(world, context.fleet(), [{ kind: 'add', order }]));
  context.note(consequence(context, placed.view, id, 'placed'));
  warnUnsent(context, placed);
  // A program gets what is reported, and nothing twice.
  const live = context.isTerminal ? await showLive(context, context.fleet(), id, placed.view) : null;
  try {
    return await waited(context, placed.view, id, waitMs, live);
  } finally {
    await live?.end();
  }
}

/** Shows what it put out once it has ended; returns its code. */
async function waited(context: Context, { self }: View, id: string, waitMs: number | null, live: Live | null): Promise<number> {
  const { order: ended, needs } = await waitVisibly(context, id, waitMs);
  if (needs !== null) {
    context.note(context.paint.red(`order ${id} waits for a person: ${needs}`));
    context.note(`it stays: coord cancel ${shellWord(id)}`);
    return EXIT.refused;
  }
  const runs = runsIn(ended);
  for (const [at, { tail = '' }] of runs) {
    const isWhole = at === String(self.machine) && (await showLocal(context, context.fleet(), id, false));
    if (!isWhole && tail !== '' && !(await live?.hasShown(at, tail))) showReported(context, id, at, tail);
  }
  await leaveTheList(await context.world(), context.fleet(), id, ended);
  if (ended.state === 'COMPLETED') return EXIT.done;
  return runs.map(([, one]) => one.exitCode).find((code) => typeof code === 'number' && code !== 0) ?? 255;
}

/** Waiting for a machine that does not exist would never end. */
function mustBeThere(view: View, machine: string): void {
  if (isThere(view, machine)) return;
  const meant = orElse(machine, listedMachines(view.machines));
  throw new CoordError('NOT_FOUND', `no machine ${machine} in this fleet${meant}`, 'coord machines');
}

function isThere({ machines }: View, machine: string): boolean {
  if (['all', 'any'].includes(machine.toLowerCase())) return true;
  return Object.entries(machines).some(
    ([number, { name, state }]) => state !== 'LEFT' && (number === machine || name.toLowerCase() === machine.toLowerCase()),
  );
}
