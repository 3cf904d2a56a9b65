// Reads `agents` of policy.yaml: what agents may do on this computer beyond the least (O15). A value that cannot be read throws, and then
// nothing runs (O10).
import {
  AGENT_NAMES,
  type AgentName,
  type AgentRules,
  NO_RULES,
  PLAIN_AGENT_NAME,
  TOOL_RULE,
} from '../../../core/model/orders/agent.ts';
import { isRecord } from '../../../documents/json/is-record.ts';
import type { WrongKey } from '../../../system/policy/placement.ts';
import { AGENTS } from '../rules/known-agents.ts';

export type AllAgentRules = Readonly<Record<string, AgentRules>>;

/** `wrong` makes the error of a key. */
export function readAgentRules(value: unknown, wrong: WrongKey): AllAgentRules {
  if (value === undefined || value === null) return {};
  if (!isRecord(value)) throw wrong('agents', 'agents by name, such as claude: { … }', value);
  const rules: Record<string, AgentRules> = Object.create(null);
  for (const [name, entry] of Object.entries(value)) {
    const agent = AGENT_NAMES.find((it) => it === name);
    rules[name] = agent === undefined ? plainRules(name, entry, wrong) : rulesOf(agent, entry, wrong);
  }
  return rules;
}

/** Of one that agents.yaml describes, its owner can say which secrets it gets, and nothing else: all else is in its command. */
function plainRules(name: string, value: unknown, wrong: WrongKey): AgentRules {
  const { env, ...others } = isRecord(value) ? value : { value };
  if (!PLAIN_AGENT_NAME.test(name) || env === undefined || Object.keys(others).length > 0)
    throw wrong('agents', `${AGENT_NAMES.join(' or ')}, or of one in agents.yaml env alone`, name);
  if (!areWords(env)) throw wrong(`agents: ${name}: env`, 'a list of names of variables', env);
  return { ...NO_RULES, env };
}

function rulesOf(agent: AgentName, value: unknown, wrong: WrongKey): AgentRules {
  if (value === null) return NO_RULES;
  const at = (key: string) => `agents: ${agent}: ${key}`;
  const entry = isRecord(value) ? value : null;
  const { limits, permission: traits, hasProjectSettings } = AGENTS[agent];
  const { key: permissionKey, values } = traits;
  // A limit that the agent would not keep is none.
  const optional = [...limits.filter((it) => it !== 'max_turns'), ...(hasProjectSettings ? ['project_settings'] : [])];
  const known = [permissionKey, 'env', ...optional];
  if (entry === null) throw wrong(`agents: ${agent}`, `a map of ${known.join(', ')}`, value);
  const unknown = Object.keys(entry).find((key) => !known.includes(key));
  if (unknown !== undefined) throw wrong(`agents: ${agent}`, `one of ${known.join(', ')}`, unknown);
  const {
    [permissionKey]: permission = null,
    allowed_tools: tools = [],
    env = [],
    budget,
    project_settings: project = false,
  } = entry;
  if (permission !== null && !values.includes(String(permission)))
    throw wrong(at(permissionKey), `one of ${values.join(', ')}`, permission);
  if (!areWords(tools) || !tools.every((rule) => TOOL_RULE.test(rule)))
    throw wrong(at('allowed_tools'), 'a list of tools such as "Bash(npm test)"', tools);
  if (!areWords(env)) throw wrong(at('env'), 'a list of names of variables', env);
  if (budget !== undefined && !(typeof budget === 'number' && budget > 0))
    throw wrong(at('budget'), 'a number of US dollars', budget);
  if (typeof project !== 'boolean') throw wrong(at('project_settings'), 'true or false', project);
  return {
    permission: permission === null ? null : String(permission),
    allowedTools: tools,
    env,
    budgetUsd: budget ?? null,
    projectSettings: project,
  };
}

function areWords(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((word) => typeof word === 'string');
}
