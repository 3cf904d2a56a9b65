// O15: the real gemini and opencode under `coord __agent`, where they are installed (on PATH or in COORD_TEST_AGENTS): gemini not logged in;
// opencode with a model's host that stands here, so that its events, its rules and its sessions are its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { AgentName, AgentRequest } from '../../src/core/model/orders/agent.ts';
import { findExecutable } from '../../src/system/process/find-executable.ts';
import { createPoolWorld } from '../features/workspaces/pool-world.ts';
import { asClaude, asGemini, model, type Wire } from './agent-model.ts';
import { createFleet, endFleets, mainPath } from './fleet.ts';

const root = mkdtempSync(join(tmpdir(), 'coord-real-'));
afterAll(() => {
  endFleets();
  rmSync(root, { recursive: true, force: true });
});
const path = [process.env.COORD_TEST_AGENTS ?? '', process.env.PATH ?? ''].join(delimiter);
const gemini = findExecutable('gemini', path);
const opencode = findExecutable('opencode', path);
const claude = findExecutable('claude', path);
const codex = findExecutable('codex', path);
const home = join(root, 'home');
const work = join(root, 'work');
for (const folder of [home, work, join(home, '.config', 'opencode')]) mkdirSync(folder, { recursive: true });

interface Told {
  readonly code: number | null;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
}

let runs = 0;

async function run(
  agent: AgentName,
  program: string | null,
  change: Partial<AgentRequest>,
  { cwd = work, ...more }: Readonly<Record<string, string>> = {},
): Promise<Told> {
  // It makes the program.
  if (runs === 0) createFleet();
  runs += 1;
  const folder = join(root, `run-${runs}`);
  mkdirSync(folder);
  const request: AgentRequest = {
    ...{
      agent,
      program: program ?? '',
      machine: 'pc',
      title: null,
      spec: null,
      check: null,
      prompt: 'Make the file',
      model: null,
    },
    ...{ budgetUsd: null, maxTurns: null, allowedTools: [], permission: 'edit', projectSettings: false, silenceMs: 50_000 },
    ...{ withheld: [], notes: null, ...change },
  };
  writeFileSync(join(folder, 'spec.json'), JSON.stringify({ agent: request }));
  const env = {
    ...more,
    HOME: home,
    PATH: path,
    COORD_ORDER: 'x',
    COORD_CALL: join(folder, 'spec.json'),
    COORD_OUTPUT: join(folder, 'outputs'),
  };
  const child = spawn(process.execPath, [mainPath, '__agent'], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text;
    });
  const [code] = (await once(child, 'close')) as [number | null];
  const lines = readFileSync(join(folder, 'outputs'), 'utf8').trim().split('\n');
  const outputs = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
  return { code, log, outputs };
}

test.skipIf(gemini === null)('O15, O17 the real gemini, not logged in (skipped where it is not installed)', async () => {
  const { code, outputs } = await run('gemini', gemini, { permission: 'auto_edit' });
  expect(code).toBe(3);
  expect(outputs).toEqual({
    agent: 'gemini',
    asks: 'login',
    problem: 'gemini is not logged in; on pc: gemini, and log in',
  });
  mkdirSync(join(work, '.gemini'));
  writeFileSync(join(work, '.gemini', 'settings.json'), '{}');
  const obeyed = await run('gemini', gemini, { permission: 'auto_edit' });
  expect(obeyed.outputs).toMatchObject({ asks: 'permission', problem: expect.stringContaining('.gemini/settings.json; on pc') });
});

interface ToolCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, string>>;
}

const writes = (filePath: string, content: string): ToolCall => ({ name: 'write', arguments: { filePath, content } });

/** Answers as a model would, with the call that `next` wants after these messages; null = all is done. opencode is told of it. */
async function host(next: (messages: string) => ToolCall | null): Promise<Server> {
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => {
      body += text;
    });
    request.on('end', () => {
      const call = next(body);
      const made = { name: call?.name, arguments: JSON.stringify(call?.arguments) };
      const delta =
        call === null
          ? { role: 'assistant', content: 'All done.' }
          : { role: 'assistant', tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: made }] };
      const chunk = (choice: object) =>
        `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [choice] })}\n\n`;
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      const finish = call === null ? 'stop' : 'tool_calls';
      response.end(
        `${chunk({ index: 0, delta, finish_reason: null })}${chunk({ index: 0, delta: {}, finish_reason: finish })}data: [DONE]\n\n`,
      );
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  const provider = { fake: { npm: '@ai-sdk/openai-compatible', options: { baseURL, apiKey: 'x' }, models: { m: {} } } };
  // Its owner's own settings would let it run anything.
  const own = { permission: { '*': 'ask', bash: 'allow' }, agent: { build: { permission: { bash: 'allow' } } } };
  writeFileSync(join(home, '.config', 'opencode', 'opencode.json'), JSON.stringify({ provider, ...own }));
  return server;
}

test.skipIf(opencode === null)(
  'O15, O17 the real opencode writes, is denied a command, goes on in its session (skipped without it)',
  async () => {
    const command = { name: 'bash', arguments: { command: 'touch ran.txt', description: 'runs it' } };
    const server = await host((messages) => {
      if (messages.includes('Go on')) return null;
      return messages.includes('"role":"tool"') ? command : writes(join(work, 'made.txt'), 'x');
    });
    // So would those of the folder.
    writeFileSync(join(work, 'opencode.json'), JSON.stringify({ permission: { bash: 'allow' } }));
    try {
      const denied = await run('opencode', opencode, { model: 'fake/m' });
      expect(denied).toMatchObject({ code: 3, outputs: { agent: 'opencode', asks: 'permission' } });
      expect(denied.outputs.problem).toContain('opencode was denied bash (touch ran.txt)');
      expect(denied.log).toContain('▸ write');
      expect([existsSync(join(work, 'made.txt')), existsSync(join(work, 'ran.txt'))]).toEqual([true, false]);

      const session = denied.outputs.session ?? '';
      const resume = { session, generation: 1, attempt: 1, words: 'Go on', ended: 'x', isSameTask: true };
      const done = await run('opencode', opencode, { model: 'fake/m', resume });
      expect(done).toMatchObject({ code: 0, outputs: { session, turns: '1', result: 'All done.' } });
    } finally {
      server.close();
    }
  },
);

test.skipIf(opencode === null)(
  'O16 the real opencode lays a repo where a submodule is: nobody’s git obeys it (skipped without it)',
  async () => {
    const world = createPoolWorld();
    const url = world.repo('app.git', { 'README.md': 'one\n' });
    const clone = join(world.root, 'app.git-clone');
    const commit = world.git(clone, 'rev-parse', 'HEAD');
    world.git(clone, 'update-index', '--add', '--cacheinfo', `160000,${commit},sub`);
    world.git(clone, 'commit', '--quiet', '-m', 'a submodule');
    world.git(clone, 'push', '--quiet', 'origin', 'HEAD:main');
    const work = await world.run('fix', { url });
    const at = (path: string) => join(work.place.root, path);
    const marker = join(world.root, 'marker');
    const trap = `touch ${marker}; false`;
    const files = {
      'sub/.git/HEAD': 'ref: refs/heads/main\n',
      'sub/.git/config': `[core]\n\trepositoryformatversion = 0\n\tfsmonitor = "${trap}"\n[filter "x"]\n\tclean = "${trap}"\n`,
      'sub/.git/objects/x': 'x',
      'sub/.git/refs/heads/main': `${commit}\n`,
      'sub/.gitattributes': '* filter=x\n',
      'sub/f': 'x\n',
      'own.txt': 'x\n',
    };
    const calls = Object.entries(files).map(([path, content]) => writes(at(path), content));
    const server = await host((messages) => calls[messages.split('"role":"tool"').length - 1] ?? null);
    try {
      expect(await run('opencode', opencode, { model: 'fake/m' }, { cwd: work.place.root })).toMatchObject({ code: 0 });
      for (const path of Object.keys(files)) expect(existsSync(at(path)), path).toBe(true);
      expect(await work.ends()).toMatchObject({ outputs: { branch: 'coord/fix-1' } });
      expect(world.git(url, 'diff', '--name-only', 'main', 'coord/fix-1')).toBe('own.txt');
      expect(existsSync(marker)).toBe(false);
      // The trap is one: git of a person runs it.
      expect(() => world.git(work.place.root, 'add', '-A')).toThrow();
      expect(existsSync(marker)).toBe(true);
    } finally {
      server.close();
      await world.end();
    }
  },
);

function tellCodex(url: string, ...more: readonly string[]): void {
  const provider = ['name = "fake"', `base_url = "${url}/v1"`, 'wire_api = "responses"', ...more];
  mkdirSync(join(home, '.codex'), { recursive: true });
  writeFileSync(join(home, '.codex', 'config.toml'), `model_provider = "fake"\n[model_providers.fake]\n${provider.join('\n')}\n`);
}

const chat: Wire = async (_request, _body, answer) => {
  await answer();
  const chunk = (choice: object) =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [choice] })}\n\n`;
  const word = chunk({ index: 0, delta: { role: 'assistant', content: 'done' }, finish_reason: null });
  return [
    { 'content-type': 'text/event-stream' },
    `${word}${chunk({ index: 0, delta: {}, finish_reason: 'stop' })}data: [DONE]\n\n`,
  ];
};

const responses: Wire = async (_request, _body, answer) => {
  await answer();
  const item = { type: 'message', role: 'assistant', id: 'i', content: [{ type: 'output_text', text: 'done' }] };
  const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };
  const events = [
    { type: 'response.created', response: { id: 'r' } },
    { type: 'response.output_item.done', item },
    { type: 'response.completed', response: { id: 'r', usage } },
  ];
  return [
    { 'content-type': 'text/event-stream' },
    events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join(''),
  ];
};

test.each<[name: AgentName, program: string | null, wire: Wire, permission: string]>([
  ['gemini', gemini, asGemini, 'auto_edit'],
  ['opencode', opencode, chat, 'edit'],
  ['codex', codex, responses, 'workspace-write'],
])('O15 the real %s draws in no file of a prompt (skipped where it is not installed)', async (name, program, wire, permission) => {
  if (program === null) return;
  const own = join(root, 'at', name);
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'in.txt'), 'OF-THE-FOLDER\n');
  const secret = join(root, 'at', 'secret');
  writeFileSync(secret, 'THE-KEY\n');
  const { asked, server, url } = await model(async () => {}, wire);
  const provider = {
    fake: { npm: '@ai-sdk/openai-compatible', options: { baseURL: `${url}/v1`, apiKey: 'x' }, models: { m: {} } },
  };
  writeFileSync(join(home, '.config', 'opencode', 'opencode.json'), JSON.stringify({ provider }));
  mkdirSync(join(home, '.gemini'), { recursive: true });
  writeFileSync(
    join(home, '.gemini', 'settings.json'),
    JSON.stringify({ security: { auth: { selectedType: 'gemini-api-key' } } }),
  );
  tellCodex(url);
  const prompt = `@in.txt see @./in.txt, (@in.txt) @${secret} x@in.txt "@in.txt"\n@in.txt`;
  const env = { GEMINI_API_KEY: 'none', GOOGLE_GEMINI_BASE_URL: url, cwd: own };
  const named = name === 'opencode' ? 'fake/m' : null;
  try {
    const told = await run(name, program, { prompt, permission, model: named }, env);
    expect(asked.join('\n'), told.log).toContain('in.txt');
    expect(asked.join('\n')).not.toMatch(/OF-THE-FOLDER|THE-KEY/);
  } finally {
    server.close();
  }
});

test.skipIf(claude === null)(
  'O15 the real claude draws in no file of a prompt, reads only its folder (skipped without it)',
  async () => {
    const secret = join(home, '.ssh', 'id');
    mkdirSync(join(home, '.ssh'));
    mkdirSync(join(home, '.claude'), { recursive: true });
    const own = join(home, 'src', 'app');
    mkdirSync(own, { recursive: true });
    writeFileSync(secret, 'THE-KEY\n');
    writeFileSync(join(own, 'in.txt'), 'OF-THE-FOLDER\n');
    writeFileSync(join(home, '.claude', 'settings.json'), JSON.stringify({ permissions: { allow: ['Read'] } }));
    const prompt = `@${secret} x @~/.ssh/id "@../../.ssh/id" @"${secret}"\n@${secret}\u00a0@${secret} @in.txt`;
    const seen: string[] = [];
    for (const file of [join(own, 'in.txt'), secret]) {
      const { asked, server, url } = await model(async () => {}, asClaude('Read', { file_path: file }));
      const env = { ANTHROPIC_API_KEY: 'none', ANTHROPIC_BASE_URL: url, DISABLE_AUTOUPDATER: '1' };
      await run(
        'claude',
        claude,
        { prompt, permission: 'acceptEdits' },
        { ...env, cwd: own, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' },
      );
      server.close();
      expect(asked).toHaveLength(2);
      expect(asked[0]).toContain('x \\\\@~/.ssh/id');
      seen.push(asked.join('\n'));
    }
    expect(seen.map((text) => text.includes('OF-THE-FOLDER'))).toEqual([true, false]);
    expect(seen.join('')).not.toContain('THE-KEY');
    expect(seen[1]).toContain('denied by your permission settings');
  },
);

test.skipIf(codex === null)('O15.6 the real codex without the key of its provider names it (skipped without it)', async () => {
  tellCodex('http://127.0.0.1:9', 'env_key = "MINE_KEY"');
  const { code, outputs } = await run('codex', codex, { permission: 'workspace-write' });
  expect(outputs).toMatchObject({
    asks: 'permission',
    problem: expect.stringMatching(/^codex has no MINE_KEY, .*env: \[MINE_KEY\]/),
  });
  expect(code).toBe(3);
});

test.skipIf(claude === null)('O21.1 the real claude tells its tokens at its dollar limit (skipped without it)', async () => {
  const { asked, server, url } = await model(async () => {}, asClaude('Read', { file_path: join(work, 'none') }));
  const env = { ANTHROPIC_API_KEY: 'none', ANTHROPIC_BASE_URL: url, DISABLE_AUTOUPDATER: '1' };
  const change = { permission: 'acceptEdits', budgetUsd: 0.000001 };
  const { outputs } = await run('claude', claude, change, { ...env, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' });
  server.close();
  expect(asked).toHaveLength(1);
  expect(outputs).toMatchObject({ tokens: '2', problem: expect.stringContaining('maximum budget') });
});

test.each<[name: 'claude' | 'codex', program: string | null, wire: () => Wire, amount: string]>([
  ['claude', claude, () => asClaude('Read', { file_path: join(root, 'at', 'in.txt') }), 'cost_usd'],
  ['codex', codex, () => responses, 'tokens'],
])('O21.1 the real %s tells all of a session that goes on (skipped where it is not installed)', async (name, program, wire, amount) => {
  if (program === null) return;
  const { server, url } = await model(async () => {}, wire());
  tellCodex(url);
  const env = { ANTHROPIC_API_KEY: 'none', ANTHROPIC_BASE_URL: url, DISABLE_AUTOUPDATER: '1' };
  const permission = name === 'codex' ? 'workspace-write' : 'acceptEdits';
  const costs = async (change: Partial<AgentRequest>) => {
    const { outputs, log } = await run(
      name,
      program,
      { permission, ...change },
      { ...env, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1' },
    );
    expect(Number(outputs[amount]), log).toBeGreaterThan(0);
    return { session: outputs.session ?? '', own: Number(outputs[amount]), told: Number(outputs.session_told) };
  };
  try {
    const first = await costs({});
    const resume = { ...first, generation: 1, attempt: 1, words: 'Go on', ended: 'x', isSameTask: true };
    const second = await costs({ resume });
    expect(first.told).toBeCloseTo(first.own, 6);
    expect(second.session).toBe(first.session);
    expect(second.told).toBeCloseTo(first.own + second.own, 6);
  } finally {
    server.close();
  }
});
