// Tools that a machine is asked for by name (O10). Pure.
import { isAgentName } from '../model/orders/agent.ts';
import type { Order } from '../model/orders/order.ts';

/** A name that can stand in a folder of PATH, and nothing that leads out of it. */
const TOOL_NAME = /^[A-Za-z0-9_][A-Za-z0-9._+-]{0,63}$/;
/** Each is looked for in every folder of PATH, in every cycle. */
const ASKED_MAX = 100;

export function isToolName(name: string): boolean {
  return TOOL_NAME.test(name);
}

/**
 * The executables that orders name as tools, each once. AI agents are not among them: they are found in another way (O15). Where there is no room
 * for all, those of open orders, in the order of the list.
 */
export function askedTools(orders: readonly Order[], isOpen: (order: Order) => boolean): readonly string[] {
  const asking = orders.flatMap((order) => {
    const { assign } = order;
    const tool = assign.kind === 'match' ? assign.tool : null;
    return tool !== null && isToolName(tool) && !isAgentName(tool) ? [{ order, tool }] : [];
  });
  const all = new Set(asking.map(({ tool }) => tool));
  if (all.size <= ASKED_MAX) return [...all];
  const open = new Set<string>();
  for (const { order, tool } of asking) {
    if (open.has(tool) || !isOpen(order)) continue;
    open.add(tool);
    if (open.size === ASKED_MAX) break;
  }
  return [...open];
}
