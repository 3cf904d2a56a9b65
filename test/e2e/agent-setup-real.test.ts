// `coord agent setup` with the real Gemini CLI and opencode, where they are on PATH or in COORD_TEST_AGENTS: neither is logged in. Gemini talks
// to a model of this test's own, so that its hooks fire as they do in a session that works.
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
const [gemini, opencode] = [real('gemini'), real('opencode')];

let fleet: Fleet;
let mac: TestMachine;
let pc: TestMachine;

beforeAll(async () => {
  if (gemini === undefined && opencode === undefined) return;
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

/** A model: the first answer uses a tool; `between` happens before the second one. */
function model(between: () => Promise<void>) {
  const asked: string[] = [];
  const answer = async (request: IncomingMessage, body: string) => {
    if (!request.url?.includes('stream')) return { text: '{"complexity_reasoning":"","complexity_score":1}' };
    asked.push(body);
    if (asked.length === 1) return { functionCall: { name: 'run_shell_command', args: { command: 'echo hello' } } };
    if (asked.length === 2) await between();
    return { text: 'done' };
  };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const candidate = { content: { role: 'model', parts: [await answer(request, body)] }, finishReason: 'STOP', index: 0 };
    const text = JSON.stringify({ candidates: [candidate], usageMetadata: { totalTokenCount: 2 } });
    const isStream = request.url?.includes('stream');
    response.writeHead(200, { 'content-type': isStream ? 'text/event-stream' : 'application/json' });
    response.end(isStream ? `data: ${text}\n\n` : text);
  });
  return { asked, server };
}

test.skipIf(gemini === undefined)(
  `M9 the real gemini: a message at the start, one at the end of the turn, and both are read (${words})`,
  { timeout: 120_000 },
  async () => {
    const { asked, server } = model(async () => {
      await mac.ok('send', '2', 'right now', '--priority', 'urgent');
      await pc.ok('sync');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const settings = join(pc.home, '.gemini', 'settings.json');
    mkdirSync(join(pc.home, '.gemini'));
    writeFileSync(settings, '{\n  // mine\n  "security": { "auth": { "selectedType": "gemini-api-key" } }\n}\n');
    await pc.ok('agent', 'setup', 'gemini');
    await mac.ok('send', '2', 'for <gemini>');
    await pc.ok('sync');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
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
