// The one list of what features, and the kinds of work, do on this computer: how an order becomes a run, and what of the policy is theirs.
import type { Order, Work, WorkKind, Works } from '../core/model/orders/order.ts';
import { placeCall } from '../system/policy/place-call.ts';
import type { Placement, PlaceWork } from '../system/policy/placement.ts';
import { readAgentRules } from './agents/system/agent-rules.ts';
import { placeAgent } from './agents/system/place-agent.ts';
import { requestOfWorkspace } from './workspaces/system/place-workspace.ts';
import { readWorkspaceLimits } from './workspaces/system/workspace-rules.ts';

const PLACES: { readonly [Kind in WorkKind]: PlaceWork<Works[Kind]> } = {
  shell: (_order, { command }) => ({ command }),
  agent: placeAgent,
  call: placeCall,
};

/** What runs for the order here, or why nothing can. */
export function placeWork(order: Order, placement: Placement, program: string | null): ReturnType<PlaceWork> {
  const place = PLACES[order.work.kind] as PlaceWork<Work>;
  return place(order, order.work, placement, program);
}

/** Where it runs, if the order asks for a place of its own. */
export const placeWorkspace = requestOfWorkspace;

/** Keys of a fleet's entry in policy.yaml, by what reads them. */
export const POLICY_PARTS = {
  agents: readAgentRules,
  workspaces: readWorkspaceLimits,
};
