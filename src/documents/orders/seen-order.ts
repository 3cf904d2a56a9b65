// Records which generation and which work of an order a person saw (O4a). What the person says then counts for that alone, however long the
// command was on its way.
import { NO_ORDERS } from '../../core/model/orders/order.ts';
import type { TemplateSources } from '../../core/model/orders/template.ts';
import { approvalMark } from '../../core/orders/approval-mark.ts';
import { expandUses } from '../templates/expand.ts';
import { parseOrders } from './orders.ts';

export interface SeenOrder {
  readonly generation: number;
  readonly mark: string;
}

/** `text`: ORDERS.json. `id`: an order, or a step. Null = it is not there, or cannot be read. Without `sources`: no step of a template is there. */
export function seenOrder(text: string, id: string, sources: TemplateSources | null = null): SeenOrder | null {
  return seenOrders(text, sources)(id);
}

/** The same for many orders of one text, which is read once. */
export function seenOrders(text: string, sources: TemplateSources | null = null): (id: string) => SeenOrder | null {
  const written = parseOrders(text).value ?? NO_ORDERS;
  const { orders: all } = sources === null ? written : expandUses(written, sources).orders;
  const orders = new Map(all.map((order) => [order.id, order]));
  return (id) => {
    const order = orders.get(id);
    return order === undefined ? null : { generation: order.generation, mark: approvalMark(order) };
  };
}

/** `other` null = it is gone, or cannot be read any more. */
export function isSeen(seen: SeenOrder, other: SeenOrder | null): boolean {
  return other !== null && seen.generation === other.generation && seen.mark === other.mark;
}
