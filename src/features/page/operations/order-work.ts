// What an order that waits for a person's word will run, word for word, with the mark of just that: an approval counts for nothing else (O4a).
import { shellWord } from '../../../core/base/shell-word.ts';
import type { Command, Order } from '../../../core/model/orders/order.ts';
import { triggerText } from '../../../core/model/orders/trigger.ts';
import { approvedParts } from '../../../core/orders/approval-mark.ts';
import { parseOrders } from '../../../documents/orders/orders.ts';
import { seenOrder } from '../../../documents/orders/seen-order.ts';
import { formatDuration } from '../../../documents/text/duration.ts';
import { CoordError } from '../../../errors.ts';
import { markText } from '../../../operations/orders/as-seen.ts';
import { awaitingStep } from '../../../operations/orders/chain-edits.ts';
import { ordersHere } from '../../../operations/orders/edit-orders.ts';
import { syncedView } from '../../../operations/sync/view.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';

export interface OrderWork {
  readonly order: string;
  readonly seen: string;
  readonly lines: Lines;
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
  return { order: target, seen: markText(seen), lines: [['order', target], ...linesOf(order, assign ?? '')] };
}

type Lines = readonly (readonly [name: string, text: string])[];

/** All that the mark covers: a part that has no words of its own here stands as JSON. `who`: whom it is for, in words. */
function linesOf(order: Order, who: string): Lines {
  const goesOn: Lines = order.resume === undefined ? [] : [['goes on', resumeWords(order.resume)]];
  return [...approvedParts(order).flatMap(([name, value]) => partLines(name, value, order, who)), ...goesOn];
}

function partLines(name: string, value: unknown, order: Order, who: string): Lines {
  switch (name) {
    case 'work':
      return workLines(order.work);
    case 'cwd':
      return lineOf('folder', value);
    case 'env':
      return Object.entries(order.env).map(([variable, text]) => [`env ${variable}`, text] as const);
    case 'workspace':
      return lineOf(name, order.workspace && [order.workspace.repo, order.workspace.branch].filter(Boolean).join(' · '));
    case 'assign':
      return [['for', who]];
    case 'spec':
      return lineOf(name, value === null ? null : `${order.spec}, with the text that it has when it runs`);
    case 'after':
      return lineOf(name, order.after.join(', '));
    case 'timeout':
      return [[name, formatDuration(order.timeoutMs)]];
    case 'attempts':
      return order.attempts > 1 ? [[name, String(order.attempts)]] : [];
    case 'on':
      return order.on === undefined ? [] : [[name, `${triggerText(order.on)}: each time that it happens`]];
    default:
      return lineOf(name, value);
  }
}

function workLines({ kind, ...parts }: Order['work']): Lines {
  return [['kind', kind], ...Object.entries(parts).flatMap(([name, part]) => lineOf(name, part))];
}

/** None for what an order without the field has, too. */
function lineOf(name: string, value: unknown): Lines {
  if (value === null || value === undefined || value === false) return [];
  if (isCommand(value)) return [[name, commandWords(value)]];
  return [[name, typeof value === 'string' ? value : JSON.stringify(value, null, 2)]];
}

function resumeWords(resume: true | string): string {
  return resume === true ? 'in the session of its earlier run' : resume;
}

function isCommand(part: unknown): part is Command {
  return typeof part === 'object' && part !== null && 'kind' in part && (part.kind === 'line' || part.kind === 'argv');
}

function commandWords(command: Command): string {
  return command.kind === 'line' ? command.line : command.argv.map(shellWord).join(' ');
}
