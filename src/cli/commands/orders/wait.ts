// coord wait
import { shellWord } from '../../../core/base/shell-word.ts';
import { parseDuration } from '../../../documents/text/duration.ts';
import { markedState } from '../../../documents/text/state-mark.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { type Waited, waitForOrder } from '../../../operations/orders/wait-for-order.ts';
import type { Context } from '../../context.ts';
import { paintState } from '../../output/state-words.ts';
import { plainCell } from '../../output/table.ts';

/** As shells say it of a program that Ctrl-C ended. */
const INTERRUPTED = 130;

export async function run(context: Context, id: string, options: { readonly timeout?: string }): Promise<number> {
  const { order, needs } = await waitVisibly(context, id, timeoutMsIn(options.timeout, '--timeout', 'coord wait --help'));
  if (needs !== null) throw new CoordError('REFUSED', `order ${id} waits for a person: ${needs}`);
  return order.state === 'COMPLETED' ? EXIT.done : EXIT.failed;
}

/** Shows each state as it is observed, on standard error. After Ctrl-C it says that the order stays. */
export async function waitVisibly(context: Context, id: string, timeoutMs: number | null): Promise<Waited> {
  const interrupted = () => {
    context.note(`\norder ${id} stays: coord cancel ${shellWord(id)}`);
    // A sync that is under way needs no repair (C2).
    process.exit(INTERRUPTED);
  };
  process.once('SIGINT', interrupted);
  try {
    return await waitShown(context, id, timeoutMs);
  } finally {
    process.removeListener('SIGINT', interrupted);
  }
}

async function waitShown(context: Context, id: string, timeoutMs: number | null): Promise<Waited> {
  return waitForOrder(await context.world(), context.fleet(), id, {
    timeoutMs,
    onChange: (order, _view, endHere) => {
      const where = order.machine === undefined ? order.assign : `on ${order.machine}`;
      const { exitCode } = order;
      const code = order.state === 'FAILED' && exitCode != null ? `exit code ${exitCode}` : undefined;
      const words = plainCell([where, code, order.reason, endHere].filter(Boolean).join(' · '), 600);
      context.note(`${id} ${paintState(markedState(order.state), context.paint)} · ${words}`);
    },
    onTrouble: troubleNote(context),
  });
}

/** Null = none was given. `help`: the command that says what `option` takes. */
export function timeoutMsIn(timeout: string | undefined, option: string, help: string): number | null {
  const timeoutMs = timeout === undefined ? null : parseDuration(timeout);
  if (timeout !== undefined && timeoutMs === null)
    throw new CoordError(
      'USAGE',
      `${option}: expected a length of time such as 90s or 10m, found ${JSON.stringify(timeout)}`,
      help,
    );
  return timeoutMs;
}

const ORDER_STAYS = 'this waits until it is back, and the order stays after Ctrl-C';

/** For as long as nothing can be heard, what becomes of the wait. */
export function troubleNote({ note, paint }: Context, meanwhile = ORDER_STAYS): (message: string | null) => void {
  return (message) =>
    message === null
      ? note('the remote answers again')
      : note(paint.yellow(`! the remote was not reached: ${message}; ${meanwhile}`));
}
