// `coord agent setup` with the real Claude Code, Gemini CLI and opencode, where they are on PATH or in COORD_TEST_AGENTS: none is logged in. The
// first two talk to a model of this test's own, so that their hooks fire as they do in a session that works.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asClaude, asGemini, model } from './agent-model.ts';
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

const urgent = async () => {
  await mac.ok('send', '2', 'right now', '--priority', 'urgent');
  await pc.ok('sync');
};

test.skipIf(claude === undefined)(
  `M9 the real claude: a message at the start, one at the turn’s end, both are read (${words})`,
  async () => {
    const { asked, server, url } = await model(urgent, asClaude('Bash', { command: 'echo hello', description: 'x' }));
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
  `M9 the real gemini: a message at the start, one at the turn’s end, both are read (${words})`,
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

test.skipIf(opencode === undefined)(`M9 the real opencode connects to the MCP server that setup names (${words})`, async () => {
  await pc.ok('agent', 'setup', 'opencode');
  expect(await output(opencode ?? '', ['mcp', 'list'], {}, 'opencode')).toMatch(/coord.*connected/);
  await pc.ok('agent', 'setup', 'opencode', '--check');
});
