// Tasks for AI agents as a kind of work (O15): a machine without the agent never takes one. Pure.
import { machineLabel } from '../../../core/model/machines/machines.ts';
import { AGENT_NAMES, type AgentTask, isAgentName, PLAIN_AGENT_NAME } from '../../../core/model/orders/agent.ts';
import type { Command } from '../../../core/model/orders/order.ts';
import type { Because } from '../../../core/model/orders/reason.ts';
import { because } from '../../../core/orders/reason-words.ts';
import type { NoneServes, WorkKindRules } from '../../../core/orders/work-kind.ts';
import { inItsSession, withSession } from './agent-session.ts';
import { AGENTS, type AgentLimit, traitsOf } from './known-agents.ts';

declare module '../../../core/model/orders/order.ts' {
  interface Works {
    readonly agent: AgentTask;
  }
}

export const agentKind: WorkKindRules<AgentTask> = {
  can: 'set the AI agents of this computer to work, at your cost',
  variables: 'named',
  costs: true,
  needsSpec: true,
  fault: agentFault,
  among: withSession,
  serves: ({ agent }, document) => document?.tools.includes(agent) === true,
  noneServes: ({ assign }, { agent }, where) =>
    because.noAgent(noAgent(agent, assign.kind === 'any', where), where.isKindAllowed ? 'agent detect' : 'allow agent'),
  // A session is looked for in the results.
  assignedBy: ({ resume, check }, task) =>
    resume === undefined ? JSON.stringify([task.agent, limitsOf(task), check === null]) : null,
  refusal: agentRefusal,
  worker: ({ agent }) => agent,
  withTools: AGENT_NAMES.filter((name) => AGENTS[name].limits.includes('allowed_tools')),
  goesOn: inItsSession,
};

const KNOWN = `coord knows ${AGENT_NAMES.join(', ')}, and what agents.yaml of a machine describes`;

function noAgent(agent: string, isForAny: boolean, where: NoneServes): string {
  if (isAgentName(agent)) return whoHasNone(agent, isForAny, where);
  return `${whoHasNone(agent, isForAny, where)}; ${KNOWN}`;
}

function whoHasNone(agent: string, isForAny: boolean, { fit, machines }: NoneServes): string {
  if (isForAny) return `no machine has ${agent}`;
  const [first, ...others] = fit;
  return others.length > 0 || first === undefined
    ? `none of ${fit.join(', ')} has ${agent}`
    : `no ${agent} on ${machineLabel(first, machines)}`;
}

/** Why this machine cannot do it, or null. `tools`: what was found there. */
function agentRefusal(
  task: AgentTask,
  check: Command | null,
  { name, tools }: { readonly name: string; readonly tools: readonly string[] },
): Because | null {
  const wrong = agentFault(task, check);
  if (wrong !== null) return wrong;
  if (tools.includes(task.agent)) return null;
  return because.agentMissing(isAgentName(task.agent) ? task.agent : `${task.agent}; ${KNOWN}`, name);
}

/** Why no machine at all can do it, or null: an unknown agent, a limit that it would not keep, or nothing to judge it by. */
export function agentFault(task: AgentTask, check: Command | null): Because | null {
  const { agent } = task;
  if (!PLAIN_AGENT_NAME.test(agent)) return because.agentUnfit(`no agent can be called ${agent}`);
  const traits = traitsOf(agent);
  if (traits.needsCheck && check === null)
    return because.agentUnfit(`${agent} does not report whether it succeeded; give the order a check`);
  const limit = limitsOf(task).find((it) => !traits.limits.includes(it));
  return limit === undefined ? null : because.agentUnfit(`${agent} does not support ${limit}; take it out of the order`);
}

function limitsOf({ budgetUsd, maxTurns, allowedTools }: AgentTask): readonly AgentLimit[] {
  const asked: readonly (readonly [AgentLimit, unknown])[] = [
    ['budget', budgetUsd],
    ['max_turns', maxTurns],
    ['allowed_tools', allowedTools],
  ];
  return asked.flatMap(([limit, value]) => (value === undefined ? [] : [limit]));
}
