// What gemini 0.61.0 and opencode 1.18.33 write, as coord reads it: recorded from the real programs, not logged in, the lines of runs that
// worked with a stand-in for the model's host; shortened. cursor-agent and aider: by their documents, never run.
import { describe, expect, test } from 'vitest';
import { AGENT_NAMES, type AgentName, type AgentRequest } from '../../../src/core/model/orders/agent.ts';
import type { Around, Event, ProcessEnd, Step } from '../../../src/features/agents/adapters/adapter.ts';
import { ADAPTERS } from '../../../src/features/agents/adapters/adapters.ts';
import { agentFault } from '../../../src/features/agents/rules/agent-kind.ts';
import { AGENTS } from '../../../src/features/agents/rules/known-agents.ts';

const around: Around = { prompt: 'Do it.', promptFile: '/run/prompt.md', settingsFile: null, help: '', isInRepo: true };
const lastOf = (steps: readonly Step[]) => steps.findLast((step) => !step.isProgress)?.shown[0]?.replace(/^! /, '') ?? '';

function read(agent: AgentName, lines: readonly string[], end: Partial<ProcessEnd> = {}) {
  const reader = ADAPTERS[agent].reader({ agent, machine: 'pc' });
  const steps = lines.map((line) => reader.take(JSON.parse(line) as Event));
  return {
    shown: steps.flatMap((step) => step.shown),
    verdict: reader.judge({ code: 0, signal: null, lastWords: lastOf(steps), ...end }),
    session: reader.session,
    isDone: reader.isDone,
  };
}

const request: AgentRequest = {
  ...{ agent: 'gemini', program: '/bin/x', machine: 'pc', title: null, spec: null, check: null, prompt: 'x', model: null },
  ...{ budgetUsd: null, maxTurns: null, allowedTools: [], permission: 'auto_edit', projectSettings: false },
  ...{ silenceMs: 1, withheld: [], notes: null },
};
const resume = { session: 's1', generation: 1, attempt: 1, words: null, ended: '', isSameTask: true };
const argv = (agent: AgentName, change: Partial<AgentRequest> = {}, help = '', isInRepo = true) =>
  ADAPTERS[agent].argv({ ...request, agent, ...change }, { ...around, help, isInRepo }).join(' ');

describe('O15 gemini', () => {
  const START = [
    '{"type":"init","timestamp":"2026-11-22T00:02:48.349Z","session_id":"53e73c76","model":"gemini-2.5-flash"}',
    '{"type":"message","timestamp":"2026-11-22T00:02:48.350Z","role":"user","content":"Make the file\\n"}',
    '{"type":"message","timestamp":"2026-11-22T00:02:48.426Z","role":"assistant","content":"I will","delta":true}',
    '{"type":"message","timestamp":"2026-11-22T00:02:48.427Z","role":"assistant","content":" do it.","delta":true}',
  ];
  const WRITES = [
    '{"type":"tool_use","tool_name":"write_file","tool_id":"w_0","parameters":{"file_path":"made.txt","content":"x"}}',
    '{"type":"tool_result","tool_id":"w_0","status":"success"}',
  ];
  const TESTS = [
    '{"type":"tool_use","tool_name":"run_shell_command","tool_id":"r_0","parameters":{"command":"npm test","description":"runs the tests"}}',
    '{"type":"tool_result","tool_id":"r_0","status":"error","output":"not found","error":{"type":"tool_not_registered","message":"Tool \\"run_shell_command\\" not found."}}',
  ];
  const END = [
    '{"type":"message","role":"assistant","content":"All done.","delta":true}',
    '{"type":"result","status":"success","stats":{"total_tokens":30,"duration_ms":391,"tool_calls":1}}',
  ];

  test('recorded: it worked; its words come in pieces and are lines of the log', () => {
    const { shown, verdict, session } = read('gemini', [...START, ...WRITES, ...END]);
    expect(session).toBe('53e73c76');
    expect(shown).toEqual([
      'session 53e73c76 · gemini-2.5-flash',
      'I will do it.',
      '▸ write_file made.txt',
      'All done.',
      '── 2 turns ──',
    ]);
    expect(verdict).toEqual({
      problem: null,
      asks: null,
      result: 'All done.',
      turns: 2,
      costUsd: null,
      tokens: 30,
      hasResult: true,
    });
  });

  test('recorded: a command that its mode does not permit counts, though it says success', () => {
    expect(read('gemini', [...START, ...TESTS, ...END]).verdict).toMatchObject({
      problem: 'gemini was denied run_shell_command; on pc: set approval_mode of gemini in policy.yaml',
      asks: 'permission',
    });
  });

  test.each<[what: string, end: Partial<ProcessEnd>, verdict: object]>([
    [
      'not logged in: 41, and words on standard error',
      {
        code: 41,
        lastWords:
          'Please set an Auth method in your /home/p/.gemini/settings.json or specify one of the following environment variables before running: GEMINI_API_KEY, GOOGLE_GENAI_USE_VERTEXAI, GOOGLE_GENAI_USE_GCA',
      },
      { asks: 'login', problem: 'gemini is not logged in; on pc: gemini, and log in', hasResult: false },
    ],
    [
      'a session that is gone: 42',
      {
        code: 42,
        lastWords:
          'Use --list-sessions to see available sessions, then use --resume {number}, --resume {uuid}, or --resume latest.',
      },
      { asks: 'session' },
    ],
    [
      'no session in this folder at all: 42',
      { code: 42, lastWords: 'Error resuming session: No previous sessions found for this project.' },
      { asks: 'session' },
    ],
  ])('recorded: %s', (_, end, verdict) => {
    expect(read('gemini', [], end).verdict).toMatchObject(verdict);
  });

  test('by its program: a success that was stopped, or has no words after its last tool, is none', () => {
    const line = (event: object) => JSON.stringify(event);
    const used = [
      line({ type: 'tool_use', tool_name: 'read_file', tool_id: 'r1', parameters: {} }),
      line({ type: 'tool_result', tool_id: 'r1', status: 'success', output: '' }),
    ];
    const stopped = line({ type: 'error', severity: 'warning', message: 'Loop detected, stopping execution' });
    const said = line({ type: 'message', role: 'assistant', content: 'All done.', delta: true });
    const end = (status: string) => line({ type: 'result', status, stats: {} });
    const problem = (...lines: readonly string[]) => read('gemini', [...START, ...lines]).verdict.problem;
    expect(problem(...used, stopped, end('success'))).toBe('gemini: Loop detected, stopping execution');
    expect(problem(...used, line({ type: 'message', role: 'assistant', content: '' }), end('success'))).toBe(
      'gemini: it stopped without a word',
    );
    expect(problem(...used, stopped, said, end('success'))).toBeNull();
    expect(problem(...used, said, stopped, end('success'))).toBeNull();
    expect(problem(...used, stopped, end('error'))).toBe('gemini: Loop detected, stopping execution');
    const consent = 'Manual authorization is required but the current session is non-interactive.';
    expect(read('gemini', [], { code: 41, lastWords: consent }).verdict).toMatchObject({ asks: 'login' });
  });

  test('by its program: an end that is none of success', () => {
    const failed = (type: string, message: string) =>
      read('gemini', [...START, JSON.stringify({ type: 'result', status: 'error', error: { type, message } })], { code: 1 })
        .verdict;
    expect(failed('Error', 'quota')).toMatchObject({ problem: 'gemini: quota', asks: null, hasResult: true });
    expect(failed('FatalTurnLimitedError', 'Reached max session turns')).toMatchObject({
      problem: 'gemini: Reached max session turns',
    });
    expect(failed('FatalAuthenticationError', 'x')).toMatchObject({ asks: 'login' });
    expect(read('gemini', START, { code: null, signal: 'SIGKILL' }).verdict.problem).toBe(
      'gemini ended by SIGKILL and gave no result',
    );
  });

  test('its words', () => {
    expect(argv('gemini', { model: 'm', resume })).toBe(
      '--output-format stream-json --approval-mode auto_edit --skip-trust --model m --resume s1',
    );
  });
});

describe('O15 opencode', () => {
  const event = (type: string, part: object) => JSON.stringify({ type, timestamp: 1, sessionID: 'ses_dff7', part });
  const STEP = event('step_start', { type: 'step-start' });
  const finish = (reason: string, cost = 0) => event('step_finish', { reason, type: 'step-finish', tokens: { total: 15 }, cost });
  const WRITES = event('tool_use', {
    ...{ type: 'tool', tool: 'write', callID: 'call_1' },
    state: { status: 'completed', input: { filePath: '/p/made.txt', content: 'x' }, output: 'Wrote file successfully.' },
  });
  const TESTS = event('tool_use', {
    ...{ type: 'tool', tool: 'bash', callID: 'call_1' },
    state: {
      status: 'error',
      input: { command: 'npm test', description: 'runs the tests' },
      error: 'The user rejected permission to use this specific tool call.',
    },
  });
  const text = (words: string) => event('text', { type: 'text', text: words });

  test('recorded: it worked; a step that ended with tool calls is not the end; each says what it costs', () => {
    const first = [STEP, text('I will do it.'), WRITES, finish('tool-calls', 0.25)];
    expect(read('opencode', first)).toMatchObject({ isDone: false, verdict: { turns: 1, costUsd: 0.25, hasResult: false } });
    const { shown, verdict, session } = read('opencode', [...first, STEP, text('All done.'), finish('stop', 0.5)]);
    expect(session).toBe('ses_dff7');
    expect(shown).toEqual(['I will do it.', '▸ write /p/made.txt', 'All done.', '── 2 turns · $0.75 ──']);
    expect(verdict).toEqual({
      problem: null,
      asks: null,
      result: 'All done.',
      turns: 2,
      costUsd: 0.75,
      tokens: 30,
      hasResult: true,
    });
  });

  test('recorded: what was rejected ends it with exit code 0 and no end of its own', () => {
    const { verdict, shown } = read('opencode', [STEP, text('I will do it.'), TESTS, finish('tool-calls')], {
      lastWords: '! permission requested: bash (gh auth login); auto-rejecting',
    });
    expect(shown).toContain('✗ The user rejected permission to use this specific tool call.');
    expect(verdict).toMatchObject({
      problem: 'opencode was denied bash (npm test); on pc: set permission of opencode in policy.yaml',
      asks: 'permission',
    });
  });

  test('recorded: an error, whatever its exit code; and a session that is gone, with 0 and one line', () => {
    const error =
      '{"type":"error","timestamp":1795305809126,"sessionID":"ses_dff6","error":{"name":"UnknownError","data":{"message":"Unexpected server error. Check server logs for details.","ref":"err_08b33ade"}}}';
    const { verdict, session } = read('opencode', [error]);
    expect(verdict).toMatchObject({
      problem: 'opencode: Unexpected server error. Check server logs for details.',
      hasResult: true,
    });
    expect(session).toBeNull();
    expect(read('opencode', [], { lastWords: 'Error: Session not found' }).verdict).toMatchObject({ asks: 'session' });
    expect(read('opencode', [], { lastWords: '' }).verdict.problem).toBe('opencode ended with 0 and gave no result');
  });

  test('by its program: `stop` beside tools is not the end, and one without a word is no success', () => {
    const worked = [STEP, text('I write it.'), WRITES, finish('stop')];
    expect(read('opencode', worked)).toMatchObject({ isDone: false, verdict: { hasResult: false } });
    expect(read('opencode', [...worked, STEP, text('Done.'), finish('stop')])).toMatchObject({
      isDone: true,
      verdict: { problem: null, result: 'Done.' },
    });
    const silent = [...worked, STEP, finish('stop')];
    expect(read('opencode', silent).verdict.problem).toBe('opencode: it stopped without a word');
    expect(read('opencode', [...silent, STEP, text('Done.'), finish('stop')]).verdict.problem).toBeNull();
    // What it said that it failed of stays.
    const failed = JSON.stringify({ type: 'error', error: { name: 'APIError', data: { message: 'overloaded' } } });
    expect(read('opencode', [failed, STEP, text('Done.'), finish('stop')]).verdict.problem).toBe('opencode: overloaded');
  });

  test('O15.6 a login is missing, a key is refused; and one that is ended after its own end has done it', () => {
    const auth = '{"type":"error","error":{"name":"ProviderAuthError","data":{"message":"no key"}}}';
    expect(read('opencode', [auth]).verdict).toMatchObject({ asks: 'login' });
    const recorded = '{"type":"error","error":{"name":"APIError","data":{"message":"bad key","statusCode":401}}}';
    expect(read('opencode', [recorded]).verdict).toMatchObject({ asks: 'login' });
    expect(read('opencode', [recorded.replace('401', '400')]).verdict).toMatchObject({ asks: null });
    expect(read('opencode', [STEP, text('Done.'), finish('stop')], { code: null, signal: 'SIGTERM' }).verdict.problem).toBeNull();
  });

  test('its words and its rules: what is not allowed would be asked for, and nobody sits there', () => {
    expect(argv('opencode', { model: 'a/m', resume })).toBe(
      'run --format json --print-logs --log-level ERROR --agent coord-order --pure --model a/m --session s1',
    );
    const rules = (permission: string, projectSettings = false) =>
      ADAPTERS.opencode.environment?.({ ...request, permission, projectSettings }) ?? {};
    expect(JSON.parse(rules('edit').OPENCODE_PERMISSION ?? '')).toMatchObject({ '*': 'ask', edit: 'allow', read: 'allow' });
    expect(JSON.parse(rules('read').OPENCODE_PERMISSION ?? '')).not.toHaveProperty('edit');
    expect(JSON.parse(rules('all').OPENCODE_PERMISSION ?? '')).toEqual({ '*': 'allow' });
    const own = (permission: string) => JSON.parse(rules(permission).OPENCODE_CONFIG_CONTENT ?? '').agent['coord-order'];
    expect(own('edit')).toEqual({ mode: 'primary', permission: JSON.parse(rules('edit').OPENCODE_PERMISSION ?? '') });
    expect(rules('edit').OPENCODE_DISABLE_PROJECT_CONFIG).toBe('1');
    expect(rules('edit', true)).not.toHaveProperty('OPENCODE_DISABLE_PROJECT_CONFIG');
  });
});

describe('O15 by their documents, never run', () => {
  test('O15.4, O21.1 cursor-agent, as others recorded it: what was rejected is a denial; its tokens', () => {
    const call = (result: object) => ({ type: 'tool_call', subtype: 'completed', tool_call: { shellToolCall: { result } } });
    const usage = { inputTokens: 14948, outputTokens: 103, cacheReadTokens: 5, cacheWriteTokens: 9 };
    const done = { type: 'result', subtype: 'success', is_error: false, result: 'Done', usage };
    const verdict = (...events: readonly object[]) =>
      read(
        'cursor-agent',
        [...events, done].map((it) => JSON.stringify(it)),
      ).verdict;
    expect(verdict(call({ success: { command: 'ls', exitCode: 0 } }))).toMatchObject({ problem: null, tokens: 15065 });
    const how = 'on pc: its permissions in ~/.cursor/cli-config.json';
    expect(verdict(call({ rejected: { command: 'npm test', reason: '' } }))).toMatchObject({
      ...{ asks: 'permission', problem: `cursor-agent was denied shell (npm test); ${how}` },
    });
  });

  test('cursor-agent: its result; a failure has no event', () => {
    const good =
      '{"type":"result","subtype":"success","is_error":false,"duration_ms":5,"result":"Done","session_id":"c1","request_id":"r"}';
    expect(read('cursor-agent', [good]).verdict).toMatchObject({ problem: null, result: 'Done', hasResult: true });
    expect(read('cursor-agent', [good.replace('false', 'true')]).verdict).toMatchObject({ problem: 'cursor-agent: Done' });
    expect(read('cursor-agent', [], { code: 0 }).verdict.problem).toBe('cursor-agent ended with 0 and gave no result');
    expect(read('cursor-agent', [], { code: 1, lastWords: 'Error: Not logged in' }).verdict).toMatchObject({ asks: 'login' });
    expect(argv('cursor-agent')).toBe('-p --output-format stream-json --force Read the file /run/prompt.md and do what it says.');
    expect(argv('cursor-agent', { resume }, '--trust --approve-mcps')).toContain('--force --trust --resume s1 Read');
    expect(argv('cursor-agent', { projectSettings: true }, '--trust --approve-mcps')).toContain('--trust --approve-mcps');
  });

  test('aider: nothing but its exit code, so its order needs a check; all its lines are its own', () => {
    const reader = ADAPTERS.aider.reader({ agent: 'aider', machine: 'pc' });
    expect(reader.takeLine('Applied edit to a.ts')).toBe(true);
    reader.takeLine('Tokens: 4.2k sent, 210 received. Cost: $0.01 message, $0.02 session.');
    const end = { code: 0, signal: null, lastWords: 'x' };
    expect(reader.judge(end)).toMatchObject({ problem: null, result: 'Applied edit to a.ts', costUsd: 0.01, hasResult: true });
    expect(reader.judge({ ...end, lastWords: 'Reads the API key' })).toMatchObject({ problem: null });
    expect(reader.judge({ ...end, code: 1, lastWords: 'AuthenticationError: x' })).toMatchObject({ asks: 'login' });
    expect(reader.judge({ ...end, code: 1 })).toMatchObject({ problem: 'aider ended with 1 and gave no result: x' });
    const task = { kind: 'agent', agent: 'aider', prompt: 'x' } as const;
    expect(agentFault(task, null)?.reason).toBe('aider does not report whether it succeeded; give the order a check');
    expect(agentFault(task, { kind: 'line', line: 'true' })).toBeNull();
    expect(argv('aider', { permission: 'no' }, '--no-pretty')).toBe(
      '--message-file /run/prompt.md --yes-always --no-stream --no-auto-commits --no-pretty',
    );
    expect(argv('aider', { permission: 'yes', model: 'm' })).toBe(
      '--message-file /run/prompt.md --yes-always --no-stream --model m',
    );
  });

  test('aider: it fetches no address of a prompt, tells nobody, makes no repo where there is none', () => {
    const help = '--detect-urls, --no-detect-urls --disable-playwright --analytics, --no-analytics --git, --no-git';
    const words = '--no-stream --no-auto-commits --no-detect-urls --disable-playwright --no-analytics';
    expect(argv('aider', { permission: 'no' }, help)).toContain(words);
    expect(argv('aider', { permission: 'no' }, help)).not.toContain('--no-git');
    expect(argv('aider', { permission: 'no' }, help, false)).toMatch(/ --no-git$/);
  });

  const REFUSED = 'litellm.AuthenticationError: AuthenticationError: OpenAIException - Incorrect API key provided: x.';
  const WORKED = 'Tokens: 4.2k sent, 210 received.';
  test.each<[what: string, lines: readonly string[], verdict: object]>([
    [
      'a key that is refused',
      [REFUSED, 'The API provider is not able to authenticate you. Check your API key.'],
      { asks: 'login', problem: expect.stringContaining('aider is not logged in') },
    ],
    ['a limit', ['litellm.RateLimitError: you exceeded your current quota'], { asks: 'limit' }],
    ['what its host does not take', ['litellm.BadRequestError: no'], { problem: 'aider: litellm.BadRequestError: no' }],
    ['what was mended meanwhile', ['litellm.InternalServerError: x', 'Retrying in 0.2 seconds...', WORKED], { problem: null }],
    [
      'one that came after it had worked',
      [WORKED, 'litellm.APIConnectionError: x'],
      { problem: 'aider: litellm.APIConnectionError: x' },
    ],
    ['one of the words for a commit', [WORKED, 'litellm.Timeout: x', 'Commit 1a2b3c4 fix: y'], { problem: null }],
    ['a model that speaks of one', ['It raises litellm.AuthenticationError there.', WORKED], { problem: null }],
  ])('aider ends with 0 whatever its host said: %s', (_, lines, verdict) => {
    const reader = ADAPTERS.aider.reader({ agent: 'aider', machine: 'pc' });
    for (const line of lines) reader.takeLine(line);
    expect(reader.judge({ code: 0, signal: null, lastWords: lines.at(-1) ?? '' })).toMatchObject(verdict);
  });
});

test('O15 every agent has its adapter and its least, or its owner has to say', () => {
  expect(Object.keys(ADAPTERS).sort()).toEqual([...AGENT_NAMES].sort());
  for (const { permission } of Object.values(AGENTS)) {
    if (permission.least !== null) expect(permission.values).toContain(permission.least);
  }
});

test('O15 no browser is opened by those that may open one unasked', () => {
  const variables = (agent: AgentName) => ADAPTERS[agent].environment?.({ ...request, agent });
  expect(variables('gemini')).toEqual({ NO_BROWSER: 'true' });
  expect(variables('aider')).toEqual({ BROWSER: 'true' });
});
