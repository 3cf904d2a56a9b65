// Makes an order for an agent the request that `coord __agent` reads (O15): with the executable that was found here, and with what the
// owner lets the agent do. An order that asks for more is refused, with the command that allows it.
import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { minuteTime } from '../../../core/base/time.ts';
import { type AgentRequest, type AgentTask, type FoundAgent, NO_RULES, SILENCE_MS } from '../../../core/model/orders/agent.ts';
import type { Command, Order } from '../../../core/model/orders/order.ts';
import type { Because } from '../../../core/model/orders/reason.ts';
import { because } from '../../../core/orders/reason-words.ts';
import { agentFolderProblem } from '../../../system/policy/agent-folder.ts';
import type { LocalPolicy, PlaceWork } from '../../../system/policy/placement.ts';
import { traitsOf } from '../rules/known-agents.ts';

export interface AgentPlace {
  readonly policy: Pick<LocalPolicy, 'agents'>;
  readonly machineName: string;
  readonly found: readonly FoundAgent[];
  /** coord's home. */
  readonly home: string;
  readonly secrets: Readonly<Record<string, string>>;
}

/** It works in no folder but those that are named for agents, and gets no secret that is not named for it. */
export const placeAgent: PlaceWork<AgentTask> = (order, task, placement) => {
  const { policy, state, path, env, caller, agents = { found: [], home: '' }, machineName } = placement;
  const agent = requestOfAgent(order, task, { ...agents, ...placement });
  if ('blocked' in agent) return agent;
  const own = agent.notes === null ? [] : [agent.notes];
  const fleets = [...(policy.fleets ?? []), dirname(state)];
  const executables = [agent.program, ...caller, ...agents.found.map((it) => it.program)];
  const place = { folders: policy.folders, fleets, own, path, executables, env, machineName };
  const [executable, ...words] = caller;
  return {
    // Coord's own command for it stands beside the one for calls.
    command: { kind: 'argv', argv: [executable, ...words.slice(0, -1), '__agent'] },
    request: { agent: { ...agent, attempts: order.attempts } },
    withheld: agent.withheld,
    folderProblem: (folder, written) => agentFolderProblem(folder, written, place),
  };
};

export function requestOfAgent(
  { title, spec, check }: Pick<Order, 'title' | 'spec' | 'check'>,
  task: AgentTask,
  { policy, machineName, found, home, secrets }: AgentPlace,
): AgentRequest | { readonly blocked: Because } {
  const { agent, prompt, model = null, maxTurns = null, silenceMs = SILENCE_MS } = task;
  const here = found.find(({ name, problem }) => name === agent && problem === null);
  if (here === undefined || !isExecutable(here.program)) {
    const where = here === undefined ? 'found' : `at ${here.program}`;
    return { blocked: because.notPlaced(`${agent} is no longer ${where}; on ${machineName}: coord agent detect`) };
  }
  if (here.plain !== undefined && model !== null)
    return { blocked: because.agentUnfit(`${agent} does not support model; take it out of the order`) };
  if (here.plain?.says === null && check === null) {
    const how = `give the order a check, or on ${machineName} say in agents.yaml what it says when it is done`;
    return { blocked: because.agentUnfit(`${agent} does not report whether it succeeded; ${how}`) };
  }
  const rules = (policy.agents !== undefined && Object.hasOwn(policy.agents, agent) ? policy.agents[agent] : null) ?? NO_RULES;
  // With a key of its own it needs no login.
  if (here.login === 'out' && !rules.env.some((name) => secrets[name] !== undefined)) {
    const how = `on ${machineName}: ${traitsOf(agent).logIn}, then coord agent detect`;
    return { blocked: because.agentLoggedOut(`${agent} is not logged in; ${how}`) };
  }
  if (here.limit !== undefined) {
    const when = `orders for it wait until ${minuteTime(here.limit.until)}; to try sooner, on ${machineName}: coord agent detect`;
    return { blocked: because.agentLimited(`${agent} has reached its usage limit; ${when}`) };
  }
  const permission = rules.permission ?? traitsOf(agent).permission.least;
  if (permission === null) {
    const { key, values } = traitsOf(agent).permission;
    const how = `set agents: { ${agent}: { ${key}: ${values[0]} } } in policy.yaml`;
    return { blocked: because.agentUnfit(`${agent} works with all permissions or none; on ${machineName}: ${how}`) };
  }
  const refused = task.allowedTools?.find((rule) => !isCovered(rule, rules.allowedTools));
  if (refused !== undefined) return { blocked: because.toolNotAllowed(agent, refused, machineName) };
  const budgets = [task.budgetUsd ?? null, rules.budgetUsd].filter((it) => it !== null);
  return {
    ...{
      agent,
      ...(here.plain === undefined ? {} : { plain: here.plain }),
      program: here.program,
      machine: machineName,
      title,
      // Its text is on main.
      spec: spec === null ? null : { name: spec, text: null, note: null },
      check: check === null ? null : writtenAs(check),
      prompt,
      model,
      maxTurns,
    },
    budgetUsd: budgets.length === 0 ? null : Math.min(...budgets),
    allowedTools: task.allowedTools ?? rules.allowedTools,
    permission,
    projectSettings: rules.projectSettings,
    silenceMs,
    withheld: Object.keys(secrets).filter((name) => !rules.env.includes(name)),
    notes: home,
  };
}

/** The very rule, or its tool without a condition. */
function isCovered(rule: string, allowed: readonly string[]): boolean {
  return allowed.includes(rule) || allowed.includes(rule.replace(/\(.*$/, ''));
}

function writtenAs(command: Command): string {
  return command.kind === 'line' ? command.line : command.argv.join(' ');
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
