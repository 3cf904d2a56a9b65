// `coord agent setup` with the real Claude Code, Gemini CLI and opencode, where they are on PATH or in COORD_TEST_AGENTS: none is logged in. The
// first two talk to a model of this test's own, so that their hooks fire as they do in a session that works.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFleet, endFleets, type Fleet, type TestMachine } from './fleet.ts';

const real = (name: string) =>
  [process.env.COORD_TEST_AGENTS ?? '', ...(process.env.PATH ?? '').split(delimiter)]
    .map((folder) => join(folder, name))
    .find((path) => path !== name && existsSync(path));
const [claude, gemini, opencode] = [real('claude'), real('gemini'), real('opencode')];

let fleet: Fleet;
let mac: TestMachine;
let pc: TestMachine;

beforeAll(async () => {
  if ([claude, gemini, opencode].every((path) => path === undefined)) return;
  fleet = createFleet();
  [mac, pc] = (await fleet.joined('mac', 'pc')) as [TestMachine, TestMachine];
});

afterAll(endFleets);

const words = 'skipped where it is not on PATH or in COORD_TEST_AGENTS';

function output(program: string, args: readonly string[], env: Record<string, string>, name: string): Promise<string> {
  const cwd = join(fleet.root, name);
  mkdirSync(cwd);
  const all = { PATH: process.env.PATH ?? '', HOME: pc.home, COORD_HOME: pc.coordHome, ...env };
  return new Promise((resolve) => {
    const child = execFile(program, args, { cwd, env: all, timeout: 90_000 }, (_, stdout) => resolve(stdout));
    child.stdin?.end();
  });
}

const STREAM = { 'content-type': 'text/event-stream' };
const JSON_TYPE = { 'content-type': 'application/json' };

/** A model: its first answer uses a tool, all others are a word; `between` happens before the second one. Null = not a turn of the agent. */
async function model(
  between: () => Promise<void>,
  wire: (request: IncomingMessage, body: string, answer: () => Promise<number>) => Promise<[object, string]>,
) {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const answer = async () => {
      const count = asked.push(body);
      if (count === 2) await between();
      return count;
    };
    const [headers, text] = await wire(request, body, answer);
    response.writeHead(200, { ...headers });
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { asked, server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const asGemini: Parameters<typeof model>[1] = async ({ url = '' }, _, answer) => {
  const isStream = url.includes('stream');
  const isFirst = isStream && (await answer()) === 1;
  const call = { functionCall: { name: 'run_shell_command', args: { command: 'echo hello' } } };
  const words = { text: isStream ? 'done' : '{"complexity_reasoning":"","complexity_score":1}' };
  const candidate = { content: { role: 'model', parts: [isFirst ? call : words] }, finishReason: 'STOP', index: 0 };
  const text = JSON.stringify({ candidates: [candidate], usageMetadata: { totalTokenCount: 2 } });
  return isStream ? [STREAM, `data: ${text}\n\n`] : [JSON_TYPE, text];
};

const asClaude: Parameters<typeof model>[1] = async ({ url = '' }, body, answer) => {
  // It asks for titles and the like without a tool.
  if (!/\/v1\/messages(\?|$)/.test(url) || !body.includes('"name":"Bash"')) return [JSON_TYPE, '{}'];
  const isFirst = (await answer()) === 1;
  const usage = { input_tokens: 1, output_tokens: 1 };
  const block = isFirst ? { type: 'tool_use', id: 'toolu_1', name: 'Bash', input: {} } : { type: 'text', text: '' };
  const input = '{"command":"echo hello","description":"x"}';
  const delta = isFirst ? { type: 'input_json_delta', partial_json: input } : { type: 'text_delta', text: 'done' };
  const message = { id: 'm', type: 'message', role: 'assistant', model: 'x', content: [], stop_reason: null, usage };
  const events = [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: block },
    { type: 'content_block_delta', index: 0, delta },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { stop_reason: isFirst ? 'tool_use' : 'end_turn' }, usage },
    { type: 'message_stop' },
  ];
  return [STREAM, events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')];
};

const urgent = async () => {
  await mac.ok('send', '2', 'right now', '--priority', 'urgent');
  await pc.ok('sync');
};

test.skipIf(claude === undefined)(
  `M9 the real claude: a message at the start, one at the end of the turn, and both are read (${words})`,
  { timeout: 120_000 },
  async () => {
    const { asked, server, url } = await model(urgent, asClaude);
    await pc.ok('agent', 'setup', 'claude');
    await mac.ok('send', '2', 'for the real one');
    await pc.ok('sync');
    const env = { ANTHROPIC_API_KEY: 'none', ANTHROPIC_BASE_URL: url, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' };
    await output(claude ?? '', ['-p', 'hi', '--allowedTools', 'Bash(echo hello)'], env, 'claude').finally(() => server.close());
    // What the model itself was given, the instructions included.
    expect(asked.map((body) => [body.includes('“for the real one”'), body.includes('right now')])).toEqual([
      [true, false],
      [true, false],
      [true, true],
    ]);
    expect(asked[0]).toContain('This computer is a machine of a coord fleet');
    expect(await pc.json('inbox')).toEqual([]);
    await pc.ok('sync');
    await mac.ok('sync');
    expect((await mac.json<{ state: string }[]>('sent')).map(({ state }) => state)).toEqual(['read', 'read']);
    await pc.ok('agent', 'setup', 'claude', '--remove');
  },
);

test.skipIf(gemini === undefined)(
  `M9 the real gemini: a message at the start, one at the end of the turn, and both are read (${words})`,
  { timeout: 120_000 },
  async () => {
    const { asked, server, url } = await model(urgent, asGemini);
    const settings = join(pc.home, '.gemini', 'settings.json');
    mkdirSync(join(pc.home, '.gemini'));
    writeFileSync(settings, '{\n  // mine\n  "security": { "auth": { "selectedType": "gemini-api-key" } }\n}\n');
    await pc.ok('agent', 'setup', 'gemini');
    await mac.ok('send', '2', 'for <gemini>');
    await pc.ok('sync');
    const args = ['-p', 'hi', '-o', 'stream-json', '--skip-trust', '--approval-mode', 'yolo'];
    const stream = await output(gemini ?? '', args, { GEMINI_API_KEY: 'none', GOOGLE_GEMINI_BASE_URL: url }, 'gemini').finally(
      () => server.close(),
    );
    expect(stream).toMatch(/"role":"user","content":"<hook_context>coord: 1 unread message for 2 pc\..*“for ‹gemini&gt;”/);
    const told = asked.map((body) => body.includes('right now'));
    expect(told, stream).toEqual([false, false, true]);
    expect(JSON.parse(asked[2] ?? '').contents.at(-1)).toMatchObject({
      role: 'user',
      parts: [{ text: expect.stringContaining('(urgent): “right now”') }],
    });
    expect(await pc.json('inbox')).toEqual([]);
    expect(readdirSync(join(pc.folder, '.coord', 'outbox'))).not.toEqual([]);
    expect(await pc.ok('agent', 'setup', 'gemini', '--check')).toContain('last called: 20');
    await pc.ok('agent', 'setup', 'gemini', '--remove');
    expect(readFileSync(settings, 'utf8')).toContain('// mine');
  },
);

test.skipIf(opencode === undefined)(
  `M9 the real opencode connects to the MCP server that setup names (${words})`,
  { timeout: 120_000 },
  async () => {
    await pc.ok('agent', 'setup', 'opencode');
    expect(await output(opencode ?? '', ['mcp', 'list'], {}, 'opencode')).toMatch(/coord.*connected/);
    await pc.ok('agent', 'setup', 'opencode', '--check');
  },
);
