// Finds faults between orders: circles of `after`, and ids in `after` and `on` that no order has. Either stops only the orders that wait for it
// (core/orders/blockers.ts); this file gives the places.
import type { Order } from '../../core/model/orders/order.ts';
import { MESSAGE_TRIGGERS_MAX, watchedOrder } from '../../core/model/orders/trigger.ts';
import type { Fault } from '../../core/model/status/fault.ts';
import { isUnreadable, waitingNodes } from '../../core/orders/chains.ts';
import { cyclesOf, cycleText } from '../../core/orders/cycles.ts';
import { isBeyond } from '../../core/orders/occurrences.ts';
import { type JsonNode, memberOf } from '../json/json-node.ts';
import type { WrittenOrders } from '../templates/uses.ts';
import { ordersFault, type PositionAt } from './order-faults.ts';

/** `nodeOf`: the entry that an order was read from. */
export function afterFaults(document: WrittenOrders, nodeOf: ReadonlyMap<Order, JsonNode>, positionAt: PositionAt): Fault[] {
  const { orders, chains = [], uses = [] } = document;
  // Which steps a template makes nobody knows here, as of an entry that cannot be read.
  const refused = [...document.refused, ...uses.map(({ id }) => ({ id, reason: '' }))];
  const waiting = uses.map(({ id, entry: { after = [] } }) => ({ id, after }));
  const cycles = cyclesOf([...waitingNodes(document), ...waiting]);
  const told = new Set<readonly string[]>();
  const known = new Set([...orders, ...chains, ...refused].map((entry) => entry.id));
  return orders.flatMap((order): Fault[] => {
    const placeOf = (id: string) => {
      const after = memberOf(nodeOf.get(order) ?? NOTHING, 'after')?.value;
      const node = after?.kind === 'array' ? (after.items[order.after.indexOf(id)] ?? after) : after;
      return node === undefined ? null : positionAt(node.offset);
    };
    // What has been taken back waits for nobody.
    const missing = order.cancelled ? [] : [...new Set(order.after)].filter((id) => !known.has(id) && !isUnreadable(id, refused));
    const faults = missing.map((id) =>
      ordersFault(placeOf(id), '"after" to name orders of this list', `"${id}", which is not in it`, 'warning'),
    );
    if (isBeyond(order, orders)) {
      const at = memberOf(nodeOf.get(order) ?? NOTHING, 'on')?.value.offset;
      const found = 'more; it is not looked at';
      const expected = `at most ${MESSAGE_TRIGGERS_MAX} orders that wait for messages`;
      faults.push(ordersFault(at === undefined ? null : positionAt(at), expected, found, 'warning'));
    }
    const watched = order.on === undefined || order.cancelled ? null : watchedOrder(order.on);
    if (watched !== null && !known.has(watched) && !isUnreadable(watched, refused)) {
      const at = memberOf(nodeOf.get(order) ?? NOTHING, 'on')?.value.offset;
      const place = at === undefined ? null : positionAt(at);
      faults.push(ordersFault(place, '"on" to name an order of this list', `"${watched}", which is not in it`, 'warning'));
    }
    if (order.resolved !== null && order.assign.kind === 'all') {
      const at = memberOf(nodeOf.get(order) ?? NOTHING, 'resolved')?.value.offset;
      const found = 'it with "assign": "all", where it is ignored';
      faults.push(
        ordersFault(at === undefined ? null : positionAt(at), '"resolved" on an order that one machine runs', found, 'warning'),
      );
    }
    const cycle = cycles.get(order.id);
    if (cycle === undefined || told.has(cycle)) return faults;
    told.add(cycle);
    const next = cycle[(cycle.indexOf(order.id) + 1) % cycle.length] ?? order.id;
    return [...faults, ordersFault(placeOf(next), '"after" to lead to a first order', `a circle: ${cycleText(cycle)}`)];
  });
}

const NOTHING: JsonNode = { kind: 'scalar', offset: 0, length: 0, value: null };
