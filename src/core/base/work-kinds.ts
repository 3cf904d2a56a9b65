// What a machine's owner must have allowed for an order to run there (O10). Pure.
import type { Order, WorkKind } from '../model/orders/order.ts';

/** A check is a command of the order's, whatever it checks. */
export function kindsOf({ work, check }: Pick<Order, 'work' | 'check'>): readonly WorkKind[] {
  return check === null || work.kind === 'shell' ? [work.kind] : [work.kind, 'shell'];
}
