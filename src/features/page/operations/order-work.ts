// What an order that waits for a person's word will run, word for word, with the mark of just that: an approval counts for nothing else (O4a).
import { shellWord } from '../../../core/base/shell-word.ts';
import type { Command, Order } from '../../../core/model/orders/order.ts';
import { parseOrders } from '../../../documents/orders/orders.ts';
import { seenOrder } from '../../../documents/orders/seen-order.ts';
import { CoordError } from '../../../errors.ts';
import { markText } from '../../../operations/orders/as-seen.ts';
import { awaitingStep } from '../../../operations/orders/chain-edits.ts';
import { ordersHere } from '../../../operations/orders/edit-orders.ts';
import { syncedView } from '../../../operations/sync/view.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';

export interface OrderWork {
  readonly order: string;
  readonly seen: string;
  readonly lines: readonly (readonly [name: string, text: string])[];
}

/** Throws FAILED where it cannot be told. */
export function orderWork(folder: FleetFolder, id: string): OrderWork {
  const view = syncedView(folder);
  const target = awaitingStep(view, id);
  // One text for both.
  const text = ordersHere(folder);
  const order = parseOrders(text).value?.orders.find((one) => one.id === target);
  const seen = seenOrder(text, target);
  if (order === undefined || seen === null) {
    const why = `what ${target} will run stands in a template, which this page does not show`;
    throw new CoordError('FAILED', why, `coord approve ${shellWord(id)}`);
  }
  const assign = Object.hasOwn(view.orders, target) ? view.orders[target]?.assign : undefined;
  return { order: target, seen: markText(seen), lines: [['order', target], ...linesOf(order), ['for', assign ?? '']] };
}

function linesOf({ work, cwd, env, workspace, check, attempts, schedule, resume }: Order): (readonly [string, string])[] {
  const { kind, ...parts } = work;
  const lines: (readonly [string, string | null])[] = [
    ['kind', kind],
    ...Object.entries(parts).map(([name, part]): [string, string | null] => [name, partWords(part)]),
    ['folder', cwd],
    ...Object.entries(env).map(([name, value]): [string, string] => [`env ${name}`, value]),
    ['workspace', workspace === undefined ? null : [workspace.repo, workspace.branch].filter(Boolean).join(' · ')],
    ['check', check === null ? null : commandWords(check)],
    ['attempts', attempts > 1 ? String(attempts) : null],
    ['schedule', schedule?.line ?? null],
    ['goes on', typeof resume === 'string' ? resume : null],
  ];
  return lines.flatMap(([name, text]) => (text === null ? [] : [[name, text] as const]));
}

function partWords(part: unknown): string | null {
  if (part === null || part === undefined) return null;
  if (isCommand(part)) return commandWords(part);
  return typeof part === 'string' ? part : JSON.stringify(part, null, 2);
}

function isCommand(part: unknown): part is Command {
  return typeof part === 'object' && part !== null && 'kind' in part && (part.kind === 'line' || part.kind === 'argv');
}

function commandWords(command: Command): string {
  return command.kind === 'line' ? command.line : command.argv.map(shellWord).join(' ');
}
