// Claude Code, headless (`claude -p`). Its own result counts, by `is_error` and `permission_denials`: `subtype` says "success" also
// of a run that failed, and a denied permission can end with exit code 0.
import { AGENTS, type AgentRequest, RUN_TOOLS, type RunServer, TOOL_RULE } from '../core/model/agent.ts';
import {
  type Adapter,
  type AgentReader,
  type Event,
  endWithoutResult,
  listOf,
  NO_STEP,
  numberOf,
  type ProcessEnd,
  recordOf,
  type Step,
  sessionIsGone,
  shown,
  textOf,
  type Verdict,
  waiting,
} from './adapter.ts';

export const claude: Adapter = { argv, env, reader };

/**
 * What lies in the folder (settings, hooks, servers of .mcp.json) is run by `claude -p` without asking anybody: it is left out unless
 * the machine's owner lets it in. What is not permitted is denied, since nobody sits there to be asked.
 */
function argv({ permission, projectSettings, model, maxTurns, budgetUsd, allowedTools, resume, server }: AgentRequest): string[] {
  return [
    ...['-p', '--output-format', 'stream-json', '--verbose', '--permission-mode', permission],
    ...(projectSettings ? [] : ['--setting-sources', 'user', '--strict-mcp-config']),
    ...(server === undefined ? [] : serverWords(server)),
    ...(resume === undefined ? [] : ['--resume', resume.session]),
    ...(model === null ? [] : ['--model', model]),
    ...(maxTurns === null ? [] : ['--max-turns', String(maxTurns)]),
    ...(budgetUsd === null ? [] : ['--max-budget-usd', String(budgetUsd)]),
    ...allowedTools.flatMap((rule) => ['--allowedTools', rule]),
  ];
}

/** Beside the folder's own servers where they are let in; nobody sits there to permit its tools. */
function serverWords(server: RunServer): string[] {
  const tools = RUN_TOOLS.flatMap((tool) => ['--allowedTools', `mcp__coord__${tool}`]);
  return ['--mcp-config', JSON.stringify({ mcpServers: { coord: server } }), ...tools];
}

/** Where coord's is the only server, its few tools are there from the first turn on; else claude makes the model look for them. */
function env({ server, projectSettings }: AgentRequest): Record<string, string> {
  return server === undefined || projectSettings ? {} : { ENABLE_TOOL_SEARCH: 'false' };
}

const NOT_LOGGED_IN = /not logged in|please run \/login|invalid api key|authentication[_ ](error|failed)|oauth token/i;
const NO_SESSION = /no conversation found with session/i;

function reader({ agent, machine }: Pick<AgentRequest, 'agent' | 'machine'>): AgentReader {
  let session: string | null = null;
  let result: Event | null = null;
  let isLoggedOut = false;
  let turns = 0;
  let turn: unknown;

  const fromAssistant = (event: Event): Step => {
    isLoggedOut ||= event.error === 'authentication_failed';
    // One answer of the model comes as several events.
    const { id } = recordOf(event.message) ?? {};
    if (id === undefined || id !== turn) turns += 1;
    turn = id;
    const lines = listOf(recordOf(event.message)?.content).flatMap((part): string[] => {
      if (part.type === 'text') return [textOf(part.text) ?? ''];
      return part.type === 'tool_use' ? [`▸ ${String(part.name)} ${inputOf(part.input)}`] : [];
    });
    return shown(...lines);
  };

  const judge = (end: ProcessEnd): Verdict => {
    const none = { asks: null, result: null, turns: null, costUsd: null };
    if (result === null) return { ...none, problem: endWithoutResult(agent, end) };
    const words = textOf(result.result);
    const errors = Array.isArray(result.errors) ? result.errors.map(String).join(' ') : '';
    if (NO_SESSION.test(errors)) return { ...none, ...sessionIsGone(agent, machine) };
    const known = { ...none, result: words, turns: numberOf(result.num_turns), costUsd: numberOf(result.total_cost_usd) };
    if (result.is_error === true && (isLoggedOut || NOT_LOGGED_IN.test(words ?? '')))
      return { ...known, problem: `${agent} on ${machine} is not logged in; there: ${AGENTS.claude.logIn}`, asks: 'login' };
    const denied = listOf(result.permission_denials);
    if (denied.length > 0) return { ...known, problem: `${agent} ${deniedOn(machine, denied)}`, asks: 'permission' };
    if (result.is_error !== false || result.subtype !== 'success')
      return {
        ...known,
        problem: `${agent}: ${[words, textOf(errors), textOf(result.subtype)].find((it) => it !== null) ?? 'it failed'}`,
      };
    if (end.code !== 0) return { ...known, problem: `${agent} said that it was done, and ${endWords(end)}` };
    return { ...known, problem: null };
  };

  return {
    get session() {
      return session;
    },
    get turns() {
      return turns === 0 ? null : turns;
    },
    judge,
    take(event) {
      // The result of one that never began names the session that it was asked for.
      if (event.type !== 'result') session ??= textOf(event.session_id);
      switch (event.type) {
        case 'system':
          if (event.subtype === 'init')
            return shown(`session ${session} · ${String(event.model)} · ${String(event.permissionMode)}${serverState(event)}`);
          if (event.subtype === 'api_retry')
            return waiting(`waits: ${String(event.error)}, try ${String(event.attempt)} of ${String(event.max_retries)}`);
          return NO_STEP;
        case 'assistant':
          return fromAssistant(event);
        case 'user':
          return shown(...listOf(recordOf(event.message)?.content).flatMap(failedTool));
        case 'result':
          result = event;
          return shown(`── ${String(event.num_turns)} turns · $${String(event.total_cost_usd)} ──`);
        default:
          return NO_STEP;
      }
    },
  };
}

/** Whether it has coord's own server (O18). */
function serverState({ mcp_servers: servers, tools }: Event): string {
  const own = listOf(servers).find(({ name }) => name === 'coord');
  if (own === undefined) return '';
  return ` · coord ${String(own.status)}${Array.isArray(tools) && tools.includes('mcp__coord__ask') ? ', with ask' : ''}`;
}

function failedTool(part: Event): string[] {
  if (part.type !== 'tool_result' || part.is_error !== true) return [];
  const content =
    textOf(part.content) ??
    listOf(part.content)
      .map((it) => textOf(it.text) ?? '')
      .join(' ');
  return [`✗ ${content}`];
}

/** What a tool is used for, in one of the words that tell. */
function inputOf(input: unknown): string {
  const fields = recordOf(input) ?? {};
  for (const name of ['command', 'file_path', 'path', 'pattern', 'url', 'query', 'description', 'prompt', 'what', 'question']) {
    const value = textOf(fields[name]);
    if (value !== null) return value;
  }
  return '';
}

function deniedOn(machine: string, denied: readonly Event[]): string {
  const rules = denied.map(({ tool_name: tool, tool_input: input }) => {
    const command = tool === 'Bash' ? inputOf(input) : '';
    return command === '' ? String(tool) : `Bash(${command})`;
  });
  const [first = '', ...others] = new Set(rules);
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  const how =
    TOOL_RULE.test(first) && !/["$`\\!]/.test(first) ? `coord allow tool "claude: ${first}"` : 'allowed_tools in policy.yaml';
  return `was denied ${first}${more} on ${machine}; there: ${how}`;
}

function endWords({ code, signal }: ProcessEnd): string {
  return signal === null ? `ended with ${code}` : `ended by ${signal}`;
}
