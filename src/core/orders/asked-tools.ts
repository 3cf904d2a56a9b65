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

/** The executables that orders name as tools, each once. AI agents are not among them: they are found in another way (O15). */
export function askedTools(orders: readonly Pick<Order, 'assign'>[]): readonly string[] {
  const names = new Set<string>();
  for (const { assign } of orders) {
    if (assign.kind !== 'match' || assign.tool === null) continue;
    if (isToolName(assign.tool) && !isAgentName(assign.tool)) names.add(assign.tool);
    if (names.size >= ASKED_MAX) break;
  }
  return [...names];
}
