// What agents write, as coord reads it. Recorded from Claude Code 2.1.197 and codex 0.169.0, neither logged in; shortened.
import { describe, expect, test } from 'vitest';
import type { AgentName, AgentRequest, Resumed } from '../../../src/core/model/orders/agent.ts';
import type { Around, Event, ProcessEnd, Step } from '../../../src/features/agents/adapters/adapter.ts';
import { ADAPTERS } from '../../../src/features/agents/adapters/adapters.ts';

const ok: ProcessEnd = { code: 0, signal: null, lastWords: '' };

/** As the process that listens takes them. */
const lastOf = (steps: readonly Step[]) => steps.findLast((step) => !step.isProgress)?.shown[0]?.replace(/^! /, '') ?? '';

function read(agent: AgentName, lines: readonly (Event | string)[], end: Partial<ProcessEnd> = {}, resume?: Resumed) {
  const reader = ADAPTERS[agent].reader({ agent, machine: 'pc', ...(resume === undefined ? {} : { resume }) });
  const steps = lines.map((line) => reader.take(typeof line === 'string' ? (JSON.parse(line) as Event) : line));
  return {
    shown: steps.flatMap((step) => step.shown),
    progress: steps.map((step) => step.isProgress),
    verdict: reader.judge({ ...ok, lastWords: lastOf(steps), ...end }),
    session: reader.session,
  };
}

const request: AgentRequest = {
  ...{ agent: 'claude', program: '/bin/claude', machine: 'pc', title: null, spec: null, check: null, prompt: 'x', model: null },
  ...{ budgetUsd: null, maxTurns: null, allowedTools: [], permission: 'acceptEdits', projectSettings: false },
  ...{ silenceMs: 1, withheld: [], notes: null },
};

const NOTHING: Around = { prompt: 'Do it.', promptFile: '/run/prompt.md', settingsFile: null, help: '', isInRepo: true };
const RESUMED: Resumed = { session: 's1', generation: 1, attempt: 1, words: null, ended: '', isSameTask: true };

const INIT =
  '{"type":"system","subtype":"init","cwd":"/p","session_id":"e7dde112","tools":["Task","Bash"],"mcp_servers":[],"model":"claude-sonnet-5","permissionMode":"acceptEdits","apiKeySource":"none"}';
const LOGGED_OUT = [
  INIT,
  '{"type":"assistant","message":{"id":"88","model":"<synthetic>","role":"assistant","stop_reason":"stop_sequence","type":"message","content":[{"type":"text","text":"Not logged in · Please run /login"}]},"session_id":"e7dde112","error":"authentication_failed"}',
  '{"type":"result","subtype":"success","is_error":true,"api_error_status":null,"duration_ms":574,"num_turns":1,"result":"Not logged in · Please run /login","stop_reason":"stop_sequence","session_id":"e7dde112","total_cost_usd":0,"permission_denials":[],"terminal_reason":"completed"}',
];
const result = (more: object): Event => ({
  ...{
    type: 'result',
    subtype: 'success',
    is_error: false,
    num_turns: 3,
    result: 'Done.',
    total_cost_usd: 0.5,
    permission_denials: [],
  },
  ...more,
});

/** Its `usage` lacks the answer that went over its limit. */
const NONE_USED = { input_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 0 };
const USED = { m: { inputTokens: 1000, outputTokens: 50, cacheReadInputTokens: 300, cacheCreationInputTokens: 200, costUSD: 1 } };
const TWICE = { ...USED, other: USED.m };

describe('O15 claude', () => {
  test('recorded: not logged in says "success" in its subtype, and a person is asked', () => {
    const { shown, verdict, session } = read('claude', LOGGED_OUT, { code: 1 });
    expect(session).toBe('e7dde112');
    expect(shown).toEqual([
      'session e7dde112 · claude-sonnet-5 · acceptEdits',
      'Not logged in · Please run /login',
      '── 1 turns · $0 ──',
    ]);
    expect(verdict).toMatchObject({
      asks: 'login',
      problem: 'claude is not logged in; on pc: claude /login',
      turns: 1,
      costUsd: 0,
    });
  });

  test('recorded: a word that it does not know ends it with a line on standard error and no result', () => {
    const end = { code: 1, lastWords: "error: unknown option '--badflag'" };
    expect(read('claude', [], end).verdict).toMatchObject({
      ...{ asks: null, turns: null, problem: "claude ended with 1 and gave no result: error: unknown option '--badflag'" },
    });
  });

  test.each<[what: string, more: object, end: Partial<ProcessEnd>, problem: string | null, asks: string | null]>([
    ['it worked', {}, {}, null, null],
    ['it says that it worked and ends with another code', {}, { code: 7 }, 'claude reported success, but ended with 7', null],
    ['is_error with exit code 0', { is_error: true, result: 'no' }, {}, 'claude: no', null],
    [
      'its turns are used up',
      { is_error: true, subtype: 'error_max_turns', result: undefined },
      { code: 1 },
      'claude: error_max_turns',
      null,
    ],
    ['another subtype', { subtype: 'error_during_execution', result: undefined, errors: ['a', 'b'] }, {}, 'claude: a b', null],
    [
      'denials with exit code 0',
      { permission_denials: [{ tool_name: 'Bash', tool_input: { command: 'npm test' } }, { tool_name: 'WebFetch' }] },
      {},
      `claude was denied Bash(npm test) and 1 more; on pc: coord allow tool 'claude: Bash(npm test)'`,
      'permission',
    ],
    [
      'a denial whose words are no rule',
      { permission_denials: [{ tool_name: 'Bash', tool_input: { command: 'echo "$(rm -rf ~)"' } }] },
      {},
      'claude was denied Bash(echo "$(rm -rf ~)"); on pc: set allowed_tools in policy.yaml',
      'permission',
    ],
  ])('by its documents: %s', (_, more, end, problem, asks) => {
    expect(read('claude', [INIT, result(more)], end).verdict).toMatchObject({ problem, asks, turns: 3, costUsd: 0.5 });
  });

  test.each<[what: string, more: object, problem: string | null]>([
    [
      'a prompt',
      { num_turns: 0, result: 'Blocked by hook: no\n\nOriginal prompt: I am not logged in' },
      'claude: Blocked by hook: no',
    ],
    ['a prompt, without a word', { num_turns: 0, result: '' }, 'claude: it stopped before its end'],
    ['a tool', { result: '', terminal_reason: 'hook_stopped' }, 'claude: it stopped before its end (hook_stopped)'],
    ['what comes after its end', { terminal_reason: 'stop_hook_prevented' }, null],
    ['nothing', { terminal_reason: 'completed' }, null],
  ])('O15.4 recorded: a hook of its owner stops %s, and its result says success', (_, more, problem) => {
    expect(read('claude', [INIT, result(more)]).verdict).toMatchObject({ problem, asks: null });
  });

  test('by its documents: tools, their failures and waiting for its host are lines; the last is no progress', () => {
    const content = (...parts: object[]) => ({ message: { content: parts } });
    const { shown, progress } = read('claude', [
      { type: 'system', subtype: 'hook_started' },
      {
        type: 'assistant',
        ...content({ type: 'thinking', thinking: 'hm' }, { type: 'tool_use', name: 'Bash', input: { command: 'ls' } }),
      },
      { type: 'user', ...content({ type: 'tool_result', is_error: true, content: [{ type: 'text', text: 'no such' }] }) },
      { type: 'user', message: { content: 'text' } },
      { type: 'system', subtype: 'api_retry', attempt: 2, max_retries: 10, error: 'overloaded' },
      { type: 'what is this', message: 5 },
    ]);
    expect(shown).toEqual(['▸ Bash ls', '✗ no such', 'waits: overloaded, try 2 of 10']);
    expect(progress).toEqual([true, true, true, true, false, true]);
  });

  test('O17 recorded: a session that is gone asks a person, and is not taken for one that there is', () => {
    const gone =
      '{"type":"result","subtype":"error_during_execution","duration_ms":0,"is_error":true,"num_turns":0,"stop_reason":null,"session_id":"1111","total_cost_usd":0,"permission_denials":[],"errors":["No conversation found with session ID: 1111"]}';
    const { verdict, session } = read('claude', [gone], { code: 1 });
    expect(session).toBeNull();
    expect(verdict).toMatchObject({ asks: 'session', problem: 'the session of claude is no longer on pc' });
  });

  test('its words: no setting of the folder unless the owner says so; what is asked comes as single words', () => {
    const { argv } = ADAPTERS.claude;
    expect(argv(request, NOTHING).slice(-3)).toEqual(['--setting-sources', 'user', '--strict-mcp-config']);
    const more = { projectSettings: true, model: 'opus', maxTurns: 2, budgetUsd: 1.5, allowedTools: ['Edit', 'Bash(git log *)'] };
    expect(argv({ ...request, resume: RESUMED }, NOTHING).slice(-2)).toEqual(['--resume', 's1']);
    expect(argv({ ...request, server: SERVER, allowedTools: ['Edit'] }, NOTHING).slice(-12)).toEqual([
      ...['--mcp-config', JSON.stringify({ mcpServers: { coord: SERVER } })],
      ...['fleet_status', 'report_progress', 'hand_off', 'ask'].flatMap((tool) => ['--allowedTools', `mcp__coord__${tool}`]),
      ...['--allowedTools', 'Edit'],
    ]);
    expect(ADAPTERS.claude.environment?.({ ...request, server: SERVER })).toEqual({ ENABLE_TOOL_SEARCH: 'false' });
    expect(ADAPTERS.claude.environment?.({ ...request, server: SERVER, projectSettings: true })).toEqual({});
    expect(ADAPTERS.claude.environment?.(request)).toEqual({});
    expect(argv({ ...request, ...more }, NOTHING).slice(4)).toEqual([
      ...['--permission-mode', 'acceptEdits', '--model', 'opus', '--max-turns', '2', '--max-budget-usd', '1.5'],
      ...['--allowedTools', 'Edit', '--allowedTools', 'Bash(git log *)'],
    ]);
  });
});

test.each<[what: string, more: object, tokens: number]>([
  [
    '2.1.332, by its dollar limit: what was used since the last result',
    { model_usage_since_last_result: USED, modelUsage: TWICE },
    1550,
  ],
  ['2.1.197, by its dollar limit: all that its models used', { modelUsage: USED }, 1550],
  ['no word of its models', { usage: { input_tokens: 3, output_tokens: 4 } }, 7],
])('O21.1 claude, recorded, tells its tokens: %s', (_, more, tokens) => {
  const ended = { subtype: 'error_max_budget_usd', is_error: true, result: undefined, errors: ['Reached maximum budget ($1)'] };
  const { verdict } = read('claude', [result({ ...ended, usage: NONE_USED, ...more })], { code: 1 });
  expect(verdict).toMatchObject({ tokens, problem: 'claude: Reached maximum budget ($1)' });
});

describe('O21.1 of a session that goes on, a run costs what it added', () => {
  const goesOn = (told: number): Resumed => ({ ...RESUMED, told });
  const INIT_2_1_277 = INIT.replace('"tools"', '"claude_code_version":"2.1.277","tools"');
  test.each<[what: string, init: string, total: number, resume: Resumed | undefined, costUsd: number, told?: number]>([
    ['recorded: the total is the whole session’s', INIT_2_1_277, 0.135, goesOn(0.09), 0.045, 0.135],
    ['what begins has no other total than its own', INIT_2_1_277, 0.045, undefined, 0.045, 0.045],
    ['a total below what was told is the run’s own', INIT_2_1_277, 0.045, goesOn(0.09), 0.045, 0.045],
    ['versions before 2.1.277 tell the run’s own', INIT_2_1_277.replace('277', '276'), 0.135, goesOn(0.09), 0.135],
  ])('claude: %s', (_, init, total, resume, costUsd, sessionTold) => {
    const { verdict, shown } = read('claude', [init, result({ total_cost_usd: total })], {}, resume);
    expect(verdict).toMatchObject({ costUsd });
    expect(verdict.sessionTold ?? undefined).toBe(sessionTold);
    expect(shown.at(-1)).toBe(`── 3 turns · $${costUsd} ──`);
  });

  test('claude, recorded: what its models used is all the session’s, since the last result the run’s own', () => {
    const ended = (more: object) => result({ usage: { input_tokens: 900 }, modelUsage: TWICE, ...more });
    const tokens = (...results: readonly Event[]) => read('claude', [INIT_2_1_277, ...results], {}, goesOn(0.09)).verdict.tokens;
    expect(tokens(ended({}))).toBe(900);
    expect(tokens(ended({ model_usage_since_last_result: USED }))).toBe(1550);
    const twice = [ended({ model_usage_since_last_result: USED }), ended({ model_usage_since_last_result: TWICE })];
    expect(tokens(...twice)).toBe(4650);
  });

  test('codex, recorded: its tokens are all of the thread’s, so of several turns the last counts', () => {
    const turn = (input: number, output: number) => ({
      ...{ type: 'turn.completed', usage: { input_tokens: input, cached_input_tokens: 200, output_tokens: output } },
    });
    expect(read('codex', [turn(1000, 50), turn(2000, 100)]).verdict).toMatchObject({ tokens: 2100, sessionTold: 2100 });
    const { verdict } = read('codex', [turn(3000, 150), { type: 'turn.completed' }], {}, goesOn(2100));
    expect(verdict).toMatchObject({ turns: 2, tokens: 1050, sessionTold: 3150 });
  });
});

const SERVER = { command: '/node', args: ['/main.js', '--dir', '/a "b"', 'mcp'], env: { COORD_ORDER: 'fix' } };

const SAID: Event = { type: 'item.completed', item: { type: 'agent_message', text: 'Done' } };
const RAN: Event = { type: 'item.started', item: { type: 'command_execution', command: 'ls' } };

describe('O15 codex', () => {
  const START = ['{"type":"thread.started","thread_id":"01a20012"}', '{"type":"turn.started"}'];
  const NO_NETWORK = [
    '{"type":"error","message":"Reconnecting... 5/5 (stream disconnected before completion: failed to lookup address information)"}',
    '{"type":"item.completed","item":{"id":"item_0","type":"error","message":"Falling back from WebSockets to HTTPS transport."}}',
    '{"type":"error","message":"Reconnecting... waiting for network (Connection failed: error sending request)"}',
  ];

  test('recorded: without a network it says again and again that it waits, which is no progress', () => {
    const { progress, verdict, session } = read('codex', [...START, ...NO_NETWORK], { code: null, signal: 'SIGTERM' });
    expect(session).toBe('01a20012');
    expect(progress).toEqual([true, true, false, false, false]);
    expect(verdict).toMatchObject({
      problem:
        'codex ended by SIGTERM and gave no result: Reconnecting... waiting for network (Connection failed: error sending request)',
    });
  });

  test.each<[what: string, events: readonly Event[], end: Partial<ProcessEnd>, verdict: object]>([
    [
      'it worked, after an error that it mended',
      [
        { type: 'error', message: 'Reconnecting... 2/5' },
        { type: 'item.started', item: { type: 'command_execution', command: 'ls' } },
        { type: 'item.completed', item: { type: 'agent_message', text: 'All done' } },
        { type: 'turn.completed', usage: {} },
      ],
      {},
      { problem: null, result: 'All done', turns: 1 },
    ],
    [
      'its turn failed',
      [{ type: 'turn.failed', error: { message: 'no credit' } }],
      { code: 1 },
      { problem: 'codex: no credit', asks: null },
    ],
    [
      'its login is over',
      [{ type: 'turn.failed', error: { message: 'unexpected status 401 Unauthorized' } }],
      { code: 1 },
      { problem: 'codex is not logged in; on pc: codex login', asks: 'login' },
    ],
    ['another code', [SAID, { type: 'turn.completed' }], { code: 4 }, { problem: 'codex reported success, but ended with 4' }],
  ])('by its documents: %s', (_, events, end, verdict) => {
    expect(read('codex', [...START, ...events], end).verdict).toMatchObject(verdict);
  });

  test.each<[what: string, events: readonly Event[], problem: string | null]>([
    ['at all, as after a hook that blocks the prompt', [], 'codex: it stopped without a word'],
    ['after its last command', [SAID, RAN], 'codex: it stopped without a word'],
    ['and then again', [RAN, { type: 'turn.completed' }, SAID], null],
  ])('O15.4 recorded: a turn that ends without a word %s is no success', (_, events, problem) => {
    expect(read('codex', [...START, ...events, { type: 'turn.completed' }]).verdict).toMatchObject({ problem, asks: null });
  });

  test('O15.6 recorded: a provider of its own whose key is not there asks for the variable by its name', () => {
    const message = 'Missing environment variable: `MINE_KEY`. Get it at http://x.example/keys';
    const failed = [
      { type: 'error', message },
      { type: 'turn.failed', error: { message } },
    ];
    const how =
      'on pc: MINE_KEY=… in a file that secrets of policy.yaml names, and agents: { codex: { env: [MINE_KEY] } } in policy.yaml';
    expect(read('codex', [...START, ...failed], { code: 1 }).verdict).toMatchObject({
      ...{ asks: 'permission', problem: `codex has no MINE_KEY, which its settings name as a key; ${how}` },
    });
  });

  test('O17 recorded: it goes on in a session by its own word; one that is gone is told on stderr alone', () => {
    expect(ADAPTERS.codex.argv({ ...request, permission: 'read-only', resume: RESUMED }, NOTHING).slice(-3)).toEqual([
      'resume',
      's1',
      '-',
    ]);
    const lastWords =
      'Error: thread/resume: thread/resume failed: no rollout found for thread id 01a1fb1c-1111-7333-8444-555555555555 (code -32600)';
    expect(read('codex', [], { code: 1, lastWords }).verdict).toMatchObject({ asks: 'session' });
  });

  test('its words: its own sandbox, and the prompt from standard input', () => {
    expect(ADAPTERS.codex.argv({ ...request, permission: 'read-only', server: SERVER }, NOTHING).slice(5, -1)).toEqual([
      ...['-c', 'mcp_servers.coord.command="/node"', '-c', 'mcp_servers.coord.args=["/main.js","--dir","/a \\"b\\"","mcp"]'],
      ...['-c', 'mcp_servers.coord.env={ COORD_ORDER = "fix" }', '-c', 'mcp_servers.coord.default_tools_approval_mode="approve"'],
    ]);
    expect(ADAPTERS.codex.argv({ ...request, permission: 'workspace-write', model: 'm' }, NOTHING)).toEqual([
      'exec',
      '--json',
      '--sandbox',
      'workspace-write',
      '--skip-git-repo-check',
      '--model',
      'm',
      '-',
    ]);
  });
});
