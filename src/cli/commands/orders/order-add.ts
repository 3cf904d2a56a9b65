// coord order add
import type { Json } from '../../../core/model/ledger/intention.ts';
import type { StatusOrder } from '../../../core/model/status/status.ts';
import type { Options } from '../../../documents/orders/order-field.ts';
import { FIELDS, WORKS } from '../../../documents/orders/order-fields.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { placeOrder } from '../../../operations/orders/place-order.ts';
import type { Context } from '../../context.ts';
import { fieldsFrom } from '../../input/order-options.ts';
import { consequence, editJson, warnUnknownMachine, warnUnsent } from '../../output/consequence.ts';

export async function run(context: Context, id: string, command: readonly string[], options: Options): Promise<number> {
  const folder = context.fleet();
  const order = orderFrom(id, command, options);
  const report = await context.busy('syncing', placeOrder(await context.world(), folder, order));
  if (options.json) context.out(editJson(report, id));
  else
    context.out(`${consequence(context, report.view, id, 'placed')}${ranBefore(report.view.orders[id], order.generation ?? 1)}`);
  warnUnknownMachine(context, report.view, id, order.assign);
  warnUnsent(context, report);
  return EXIT.done;
}

/** O8: this is new work under an id that was used. */
function ranBefore(shown: StatusOrder | undefined, asked: Json): string {
  const generation = shown?.generation ?? 1;
  return generation > Number(asked) ? ` · generation ${generation}, because ${generation - 1} has run before` : '';
}

type Entry = { readonly id: string; readonly [field: string]: Json };

/** What the words of the command line ask for. Throws USAGE. */
export function orderFrom(id: string, command: readonly string[], given: Options): Entry {
  const { steps, ...fields } = fieldsFrom(given, 'add');
  const kinds = WORKS.filter(([first]) => first in fields);
  const [first, other] = kinds.map(([name]) => FIELDS[name]?.called);
  const usage = (words: string, hint = 'coord order add --help') => new CoordError('USAGE', words, hint);
  if (other !== undefined) throw usage(`expected ${first} or ${other}, found both`);
  if (first !== undefined && (command.length > 0 || steps !== undefined || 'use' in fields))
    throw usage(`expected ${first}, a command, --step or --use, found more than one`);
  if (first !== undefined) return { id, ...fields };
  if ('use' in fields) {
    if (command.length > 0 || steps !== undefined) throw usage('expected --use, a command or --step, found more than one');
    return { id, ...fields };
  }
  // A template may be for its type (O20).
  if (steps === undefined && command.length === 0 && 'type' in fields) return { id, ...fields };
  if (steps === undefined) return { id, ...fields, run: runOf(command) };
  if (command.length > 0) throw usage('expected a command or --step, found both', 'coord order add login --step "3: echo hi"');
  return { id, ...fields, steps };
}

/** One word is a shell line; several are taken as they stand. */
export function runOf(command: readonly string[]): Json {
  const [only, second] = command;
  if (only === undefined)
    throw new CoordError('USAGE', 'say what to run: put the command after --', 'coord order add build --for 2 -- npm run build');
  return second === undefined ? only : [...command];
}
