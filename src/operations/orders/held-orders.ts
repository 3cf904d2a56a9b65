// Orders that were placed here and wait, though the remote answers (D5): no document has them yet.
import type { EditWait } from '../../core/model/ledger/intention.ts';
import type { StatusDocument, StatusOrder } from '../../core/model/status/status.ts';
import { editParts } from '../../core/orders/edit-parts.ts';
import { waitWords } from '../../core/orders/edit-words.ts';
import { because } from '../../core/orders/reason-words.ts';
import { headOf } from '../../core/status/order-status.ts';
import { parseOrders } from '../../documents/orders/orders.ts';
import type { HeldEdit } from '../../machine/steps/pending-edits.ts';

/** With those, so that the person can see them and take them back. */
export function withHeldOrders(status: StatusDocument, held: readonly HeldEdit[]): StatusDocument {
  const orders = new Map<string, StatusOrder>();
  for (const { intention, waitsFor } of held) {
    for (const edit of editParts(intention.edit)) {
      if (edit.kind === 'add' && !Object.hasOwn(status.orders, edit.order.id))
        orders.set(edit.order.id, blockedStatus(edit.order, waitsFor));
      else if (edit.kind === 'remove') orders.delete(edit.id);
      else if (edit.kind === 'set' && edit.field === 'cancelled' && edit.value === true) cancel(orders, edit.id);
    }
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

function blockedStatus(entry: object, wait: EditWait): StatusOrder {
  const [order] = parseOrders(JSON.stringify({ orders: [entry] })).value?.orders ?? [];
  const { assign = 'nobody' } = order === undefined ? {} : headOf(order, new Map());
  const words = waitWords(wait);
  return { assign, state: 'BLOCKED', ...(wait.kind === 'fix' ? because.heldBack(words) : because.slowHere(words)) };
}

function cancel(orders: Map<string, StatusOrder>, id: string): void {
  const order = orders.get(id);
  if (order !== undefined) orders.set(id, { assign: order.assign, state: 'CANCELLED' });
}
