// Adapts Claude Code without a terminal (`claude -p`). `is_error` and `permission_denials` of its result count: `subtype` also says
// "success" of a run that failed, and a denied permission can end with exit code 0.
import { isOlder } from '../../../core/base/coord-version.ts';
import { shellWord } from '../../../core/base/shell-word.ts';
import { type AgentRequest, RUN_TOOLS, type RunServer, SETTINGS_MOVED_BY, TOOL_RULE } from '../../../core/model/orders/agent.ts';
import type { Beside } from '../../../system/files/beside-folder.ts';
import { type Account, type Dialect, readerOf, takeTotal } from './account.ts';
import {
  type Adapter,
  type Around,
  addedTo,
  type Event,
  inputOf,
  listOf,
  NO_STEP,
  numberOf,
  recordOf,
  type Step,
  shown,
  sumOf,
  textOf,
  toolLine,
  waiting,
} from './adapter.ts';
import { AT_OF_CLAUDE } from './at-words.ts';

export const claude: Adapter = {
  ...{ argv, environment, settings, takesServer: true, drawsIn: AT_OF_CLAUDE },
  reader: (request) => readerOf(dialect(), request),
};

/**
 * What lies in the folder (settings, hooks, servers of .mcp.json) is run by `claude -p` without asking anybody: it is left out unless
 * the machine's owner lets it in. What is not permitted is denied, since nobody sits there to be asked.
 */
function argv(request: AgentRequest, { settingsFile }: Around): string[] {
  const { permission, projectSettings, model, maxTurns, budgetUsd, allowedTools, resume, server } = request;
  return [
    ...['-p', '--output-format', 'stream-json', '--verbose', '--permission-mode', permission],
    ...(projectSettings ? [] : ['--setting-sources', 'user', '--strict-mcp-config']),
    ...(settingsFile === null ? [] : ['--settings', settingsFile]),
    ...(server === undefined ? [] : serverWords(server)),
    ...(resume === undefined ? [] : ['--resume', resume.session]),
    ...(model === null ? [] : ['--model', model]),
    ...(maxTurns === null ? [] : ['--max-turns', String(maxTurns)]),
    ...(budgetUsd === null ? [] : ['--max-budget-usd', String(budgetUsd)]),
    ...allowedTools.flatMap((rule) => ['--allowedTools', rule]),
  ];
}

/** Of its own folder, where it also keeps what it has to read again. */
const OWN_SECRETS = ['.claude.json', '.credentials.json', 'settings.json', 'settings.local.json', 'history.jsonl'];

/**
 * What lies in the home folder beside its own is denied to it, whatever a prompt or settings of the person say. One rule for all of home would
 * deny its own folder as well, since a denial wins over each permission.
 */
function settings({ permission }: AgentRequest, env: NodeJS.ProcessEnv, beside: (kept: string) => Beside): object | null {
  const { kept, paths } = beside(env[SETTINGS_MOVED_BY.claude] || '.claude');
  if (permission === 'bypassPermissions' || paths.length === 0) return null;
  const denied = [...paths, ...kept.flatMap((own) => OWN_SECRETS.map((name) => `${own}/${name}`))];
  // A question mark fits any character, and none of those in a rule means more.
  return { permissions: { deny: denied.map((path) => `Read(/${path.replaceAll(/[*?[\]!()\\#\s]/g, '?')})`) } };
}

/** Beside the folder's own servers where they are let in; nobody sits there to permit its tools. */
function serverWords(server: RunServer): string[] {
  const tools = RUN_TOOLS.flatMap((tool) => ['--allowedTools', `mcp__coord__${tool}`]);
  return ['--mcp-config', JSON.stringify({ mcpServers: { coord: server } }), ...tools];
}

/** Where coord's is the only server, its few tools are there from the first turn on; else claude makes the model look for them. */
function environment({ server, projectSettings }: AgentRequest): Record<string, string> {
  return server === undefined || projectSettings ? {} : { ENABLE_TOOL_SEARCH: 'false' };
}

/** From this version on, the dollars of a session that goes on are those of all its runs. */
const TELLS_SESSION = '2.1.277';

function dialect(): Dialect {
  let turn: unknown;
  let tellsSession = false;
  const fromAssistant = (event: Event, account: Account): Step => {
    account.isLoggedOut ||= event.error === 'authentication_failed';
    account.isLimited ||= event.error === 'rate_limit';
    // One answer of the model comes as several events.
    const { id } = recordOf(event.message) ?? {};
    if (id === undefined || id !== turn) account.turns += 1;
    turn = id;
    const lines = listOf(recordOf(event.message)?.content).flatMap((part): string[] => {
      if (part.type === 'text') return [textOf(part.text) ?? ''];
      return part.type === 'tool_use' ? [toolLine(part.name, part.input)] : [];
    });
    return shown(...lines);
  };
  return {
    loggedOut: /not logged in|please run \/login|invalid api key|authentication[_ ](error|failed)|oauth token/i,
    limited:
      /usage limit|hit your [\w ]*limit|(?:hour|session|weekly|rate) limit reached|^limit reached|credit balance is too low/i,
    noSession: /no conversation found with session/i,
    lift: (denied) =>
      TOOL_RULE.test(denied) && !/["$`\\!]/.test(denied)
        ? `coord allow tool ${shellWord(`claude: ${denied}`)}`
        : 'set allowed_tools in policy.yaml',
    take(event, account) {
      // The result of one that never began names the session that it was asked for.
      if (event.type !== 'result') account.session ??= textOf(event.session_id);
      switch (event.type) {
        case 'system':
          if (event.subtype === 'init') {
            tellsSession = !isOlder(textOf(event.claude_code_version) ?? '0', TELLS_SESSION);
            return shown(
              `session ${account.session} · ${String(event.model)} · ${String(event.permissionMode)}${serverState(event)}`,
            );
          }
          if (event.subtype === 'api_retry')
            return waiting(`waits: ${String(event.error)}, try ${String(event.attempt)} of ${String(event.max_retries)}`);
          return NO_STEP;
        case 'assistant':
          return fromAssistant(event, account);
        case 'user':
          return shown(...listOf(recordOf(event.message)?.content).flatMap(failedTool));
        case 'rate_limit_event': {
          const { status, resetsAt } = recordOf(event.rate_limit_info) ?? {};
          if (status === 'rejected') account.resetsAtMs = numberOf(resetsAt) === null ? null : Number(resetsAt) * 1000;
          return NO_STEP;
        }
        case 'result':
          takeResult(event, account, tellsSession);
          return shown(`── ${String(event.num_turns)} turns · $${String(account.costUsd)} ──`);
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

function takeResult(result: Event, account: Account, tellsSession: boolean): void {
  const usd = numberOf(result.total_cost_usd);
  const words = textOf(result.result);
  const errors = Array.isArray(result.errors) ? textOf(result.errors.map(String).join(' ')) : null;
  const isGood = result.is_error === false && result.subtype === 'success';
  const stopped = isGood ? stoppedBy(result) : null;
  account.isDone = true;
  account.result = words;
  account.turns = numberOf(result.num_turns) ?? account.turns;
  if (tellsSession) takeTotal(account, 'costUsd', usd);
  else account.costUsd = usd;
  takeTokens(result, account, tellsSession);
  account.denied.push(...listOf(result.permission_denials).map(deniedRule));
  account.failure = isGood ? stopped : (words ?? errors ?? textOf(result.subtype) ?? 'it failed');
  account.isLoggedOut &&= result.is_error === true;
  account.isLimited = result.is_error === true && (account.isLimited || result.api_error_status === 429);
  account.hasNoSession = /no conversation found with session/i.test(errors ?? '');
}

/** A hook of its owner can stop it, before its first turn or within one, and it says "success" of that. Null = it came to its end. */
function stoppedBy({ num_turns: turns, terminal_reason: how, result }: Event): string | null {
  if (turns === 0) return textOf(textOf(result)?.split('Original prompt:')[0])?.trim() ?? 'it stopped before its end';
  const isEnd = how === undefined || how === 'completed' || how === 'stop_hook_prevented';
  return isEnd ? null : `it stopped before its end (${String(how)})`;
}

/** Its `usage` lacks what its own agents used, and the answer that went over its dollar limit. What its models used is all of its session's. */
function takeTokens(result: Event, account: Account, tellsSession: boolean): void {
  const own = modelTokens(result.model_usage_since_last_result);
  const usage = sumOf(
    recordOf(result.usage),
    ...['input_tokens', 'output_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens'],
  );
  const isResumed = tellsSession && account.toldBefore > 0;
  if (own !== null) account.tokens = addedTo(account.tokens, own);
  else account.tokens = (isResumed ? null : modelTokens(result.modelUsage)) ?? usage;
}

/** Null = it does not tell. */
function modelTokens(models: unknown): number | null {
  const names = ['inputTokens', 'outputTokens', 'cacheCreationInputTokens', 'cacheReadInputTokens'];
  return Object.values(recordOf(models) ?? {})
    .map((model) => sumOf(recordOf(model), ...names))
    .reduce(addedTo, null);
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

function deniedRule({ tool_name: tool, tool_input: input }: Event): string {
  const command = tool === 'Bash' ? inputOf(input) : '';
  return command === '' ? String(tool) : `Bash(${command})`;
}
