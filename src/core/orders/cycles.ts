// Orders that wait for each other in a circle: none of them could ever start. Pure; no recursion, because a chain may be as long as
// the list.
import type { Order } from '../model/orders/order.ts';

type Node = Pick<Order, 'id' | 'after'>;
/** The ids of a circle; the first one is not repeated at the end. */
export type Cycle = readonly string[];

const known = new WeakMap<readonly Node[], ReadonlyMap<string, Cycle>>();

/** For every order in a circle, a shortest circle through it. Orders of one circle share it; it begins with the first of them in the list. */
export function cyclesOf(orders: readonly Node[]): ReadonlyMap<string, Cycle> {
  const before = known.get(orders);
  if (before !== undefined) return before;
  const nodes = new Map(orders.map((order) => [order.id, order]));
  const cycles = new Map<string, Cycle>();
  const groups = knots(orders, nodes);
  for (const { id } of orders) {
    const group = groups.get(id);
    if (group === undefined || cycles.has(id)) continue;
    const cycle = shortestThrough(id, group, groups, nodes);
    for (const member of cycle) if (!cycles.has(member)) cycles.set(member, cycle);
  }
  known.set(orders, cycles);
  return cycles;
}

/** `a → b → c → a`; of a long one its beginning. */
export function cycleText(cycle: Cycle): string {
  const shown = cycle.length > 12 ? [...cycle.slice(0, 11), `… ${cycle.length - 11} more`] : cycle;
  return [...shown, cycle[0] ?? ''].join(' → ');
}

/** The knot (strongly connected part) of every order that reaches itself, by a number; Tarjan's, with a stack of its own. */
function knots(orders: readonly Node[], nodes: ReadonlyMap<string, Node>): ReadonlyMap<string, number> {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const isOpen = new Set<string>();
  const groups = new Map<string, number>();
  let found = 0;
  const enter = (id: string) => {
    low.set(id, index.size);
    index.set(id, index.size);
    open.push(id);
    isOpen.add(id);
    return { id, next: 0 };
  };
  const lower = (id: string, to: number | undefined) => low.set(id, Math.min(low.get(id) ?? 0, to ?? 0));
  for (const { id: root } of orders) {
    if (index.has(root)) continue;
    const path = [enter(root)];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { id } = top;
      const to = nodes.get(id)?.after[top.next];
      top.next += 1;
      if (to !== undefined) {
        if (nodes.has(to) && !index.has(to)) path.push(enter(to));
        else if (isOpen.has(to)) lower(id, index.get(to));
        continue;
      }
      path.pop();
      const parent = path.at(-1);
      if (parent !== undefined) lower(parent.id, low.get(id));
      if (low.get(id) !== index.get(id)) continue;
      const members = open.splice(open.lastIndexOf(id));
      for (const member of members) isOpen.delete(member);
      if (members.length === 1 && !nodes.get(id)?.after.includes(id)) continue;
      found += 1;
      for (const member of members) groups.set(member, found);
    }
  }
  return groups;
}

function shortestThrough(
  start: string,
  group: number,
  groups: ReadonlyMap<string, number>,
  nodes: ReadonlyMap<string, Node>,
): Cycle {
  const from = new Map<string, string>();
  const queue = [start];
  for (const id of queue) {
    for (const to of nodes.get(id)?.after ?? []) {
      if (to === start) {
        const path = [id];
        for (let at = id; at !== start; path.unshift(at)) at = from.get(at) ?? start;
        return path;
      }
      if (groups.get(to) !== group || from.has(to)) continue;
      from.set(to, id);
      queue.push(to);
    }
  }
  throw new Error(`bug: ${start} is in a knot and on no cycle`);
}
