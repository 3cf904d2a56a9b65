// The one list of what features and kinds of work do on this computer: how an order becomes a run, and which parts of the policy are
// theirs.
import type { Order, Work, WorkKind, Works } from '../core/model/orders/order.ts';
import { placeCall } from '../system/policy/place-call.ts';
import type { LocalPolicy, PlaceArtifacts, Placement, PlaceWork, PlaceWorkspace, WrongKey } from '../system/policy/placement.ts';
import { readAgentRules } from './agents/system/agent-rules.ts';
import { readAgentBudget } from './agents/system/budget-rules.ts';
import { placeAgent } from './agents/system/place-agent.ts';
import { readArtifactCommand, readArtifactRule } from './artifacts/system/artifact-rules.ts';
import { requestOfArtifacts } from './artifacts/system/place-artifacts.ts';
import { trustUnsaid } from './trust/system/trust-pin.ts';
import { readTrustRules } from './trust/system/trust-rules.ts';
import { requestOfWorkspace } from './workspaces/system/place-workspace.ts';
import { readWorkspaceLimits } from './workspaces/system/workspace-rules.ts';

const PLACES: { readonly [Kind in WorkKind]: PlaceWork<Works[Kind]> } = {
  shell: (_order, { command }) => ({ command }),
  agent: placeAgent,
  call: placeCall,
};

/** What runs for the order here, or why nothing can. */
export function placeWork(order: Order, placement: Placement, service: string | null): ReturnType<PlaceWork> {
  const place = PLACES[order.work.kind] as PlaceWork<Work>;
  return place(order, order.work, placement, service);
}

/** Where it runs, if the order asks for a place of its own; null = it asks for none. */
export function placeWorkspace(order: Order, attempt: number, placement: Placement): ReturnType<PlaceWorkspace> {
  return WORKSPACES.map((place) => place(order, attempt, placement)).find((it) => it !== null) ?? null;
}

/** What takes the files of its run, and gets it those of earlier ones; null = there are none. */
export function placeArtifacts(order: Order, placement: Placement): ReturnType<PlaceArtifacts> {
  return ARTIFACTS.map((place) => place(order, placement)).find((it) => it !== null) ?? null;
}

const ARTIFACTS: readonly PlaceArtifacts[] = [requestOfArtifacts];

const WORKSPACES: readonly PlaceWorkspace[] = [requestOfWorkspace];

/** Keys of a fleet's entry in policy.yaml, by what reads them. */
const POLICY_PARTS: { readonly [Key in keyof LocalPolicy]?: (value: unknown, wrong: WrongKey) => LocalPolicy[Key] } = {
  agents: readAgentRules,
  workspaces: readWorkspaceLimits,
  budget: readAgentBudget,
  trust: readTrustRules,
  artifacts: readArtifactRule,
  artifact_command: readArtifactCommand,
};

export const POLICY_PART_NAMES: readonly string[] = Object.keys(POLICY_PARTS);

/** What stands for an entry of policy.yaml that is not there, or of which that cannot be told (T11). */
export function wordsUnsaid(home: string, fleetRoot: string): Readonly<Record<string, unknown>> {
  return Object.assign({}, ...UNSAID.map((words) => words(home, fleetRoot)));
}

const UNSAID: readonly ((home: string, fleetRoot: string) => Readonly<Record<string, unknown>>)[] = [trustUnsaid];

export function readPolicyParts(entry: Readonly<Record<string, unknown>>, wrong: WrongKey): Partial<LocalPolicy> {
  const parts = Object.entries(POLICY_PARTS).map(([key, read]) => [key, read(entry[key], wrong)] as const);
  return Object.fromEntries(parts.filter(([, part]) => part !== undefined));
}
