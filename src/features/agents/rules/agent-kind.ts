// Tasks for AI agents as a kind of work (O15): a machine without the agent never takes one. Pure.
import { because } from '../../../core/base/reasons.ts';
import { machineLabel } from '../../../core/model/machines/machines.ts';
import type { AgentTask } from '../../../core/model/orders/agent.ts';
import type { NoneServes, WorkKindRules } from '../../../core/orders/work-kind.ts';
import { agentFault, agentRefusal } from './agent-fit.ts';
import { inItsSession, withSession } from './agent-session.ts';

declare module '../../../core/model/orders/order.ts' {
  interface Works {
    readonly agent: AgentTask;
  }
}

export const agentKind: WorkKindRules<AgentTask> = {
  can: 'set the AI agents of this computer to work, at your cost',
  variables: 'named',
  needsSpec: true,
  fault: agentFault,
  among: withSession,
  serves: ({ agent }, document) => document?.tools.includes(agent) === true,
  noneServes: ({ assign }, { agent }, where) =>
    because.noAgent(noAgent(agent, assign.kind === 'any', where), where.isKindAllowed ? 'agent detect' : 'allow agent'),
  refusal: agentRefusal,
  worker: ({ agent }) => agent,
  goesOn: inItsSession,
};

function noAgent(agent: string, isForAny: boolean, { fit, machines }: NoneServes): string {
  if (isForAny) return `no machine has ${agent}`;
  const [first, ...others] = fit;
  return others.length > 0 || first === undefined
    ? `none of ${fit.join(', ')} has ${agent}`
    : `no ${agent} on ${machineLabel(first, machines)}`;
}
