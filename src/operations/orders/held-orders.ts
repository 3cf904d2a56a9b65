// Adds to the status orders that were placed here and wait for main to be fixed (D5), so that the person who placed one can see it, wait
// for it and take it back. No other machine sees them yet.
import type { StatusDocument, StatusOrder } from '../../core/model/status/status.ts';
import { because } from '../../core/orders/reason-words.ts';
import { headOf } from '../../core/status/order-status.ts';
import { parseOrders } from '../../documents/orders/orders.ts';
import type { HeldEdit } from '../../machine/steps/pending-edits.ts';

export function withHeldOrders(status: StatusDocument, held: readonly HeldEdit[]): StatusDocument {
  const orders = new Map<string, StatusOrder>();
  for (const { intention, reason } of held) {
    const { edit } = intention;
    if (edit.kind === 'add' && !Object.hasOwn(status.orders, edit.order.id))
      orders.set(edit.order.id, blockedStatus(edit.order, reason));
    else if (edit.kind === 'remove') orders.delete(edit.id);
    else if (edit.kind === 'set' && edit.field === 'cancelled' && edit.value === true) cancel(orders, edit.id);
  }
  if (orders.size === 0) return status;
  const blocked = [...orders.values()].filter(({ state }) => state === 'BLOCKED').length;
  const cancelled = orders.size - blocked;
  const { summary } = status;
  return {
    ...status,
    summary: { ...summary, blocked: summary.blocked + blocked, cancelled: summary.cancelled + cancelled },
    orders: { ...status.orders, ...Object.fromEntries(orders) },
  };
}

function blockedStatus(entry: object, reason: string): StatusOrder {
  const [order] = parseOrders(JSON.stringify({ orders: [entry] })).value?.orders ?? [];
  const { assign = 'nobody' } = order === undefined ? {} : headOf(order, new Map());
  return { assign, state: 'BLOCKED', ...because.heldBack(reason) };
}

function cancel(orders: Map<string, StatusOrder>, id: string): void {
  const order = orders.get(id);
  if (order !== undefined) orders.set(id, { assign: order.assign, state: 'CANCELLED' });
}
