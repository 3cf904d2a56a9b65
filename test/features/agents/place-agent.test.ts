import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type AgentRules, type AgentTask, type FoundAgent, SETTINGS_MOVERS } from '../../../src/core/model/orders/agent.ts';
import type { Order } from '../../../src/core/model/orders/order.ts';
import { agentEnvironment } from '../../../src/features/agents/adapters/run-agent.ts';
import { placeRun } from '../../../src/system/policy/place-run.ts';
import type { Placement } from '../../../src/system/policy/placement.ts';
import { changeAgentTool, readPolicy } from '../../../src/system/policy/policy-file.ts';
import { policyPath } from '../../../src/system/policy/policy-text.ts';
import { passedOn } from '../../../src/system/policy/run-environment.ts';
import { order } from '../../core/samples.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'coord-agent-')));
const work = join(folder, 'home', 'work');
const program = join(folder, 'programs', 'claude');
for (const path of [work, dirname(program)]) mkdirSync(path, { recursive: true });
writeFileSync(program, '#!/bin/sh\n');
chmodSync(program, 0o755);
afterAll(() => rmSync(folder, { recursive: true }));

const NO_RULES: AgentRules = { permission: null, allowedTools: [], env: [], budgetUsd: null, projectSettings: false };

interface Change {
  readonly task?: Partial<AgentTask>;
  readonly order?: Partial<Order>;
  readonly rules?: Partial<AgentRules>;
  readonly found?: Partial<FoundAgent>;
  readonly own?: { readonly home: string; readonly state: string };
  readonly placement?: Partial<Placement>;
  readonly folders?: readonly string[];
  readonly fleets?: readonly string[];
}

function placed({ task, order: change, rules, found, own = { home: '/coord', state: '/fleet/.coord' }, ...more }: Change) {
  const agent: FoundAgent = { name: 'claude', program, version: '2', login: 'in', problem: null, ...found };
  const limits = { env: [], slots: 1, timeoutMsMax: 1e9, secrets: [], wake: false };
  const placement: Placement = {
    ...{
      policy: {
        allow: ['agent'],
        folders: more.folders ?? [work],
        fleets: more.fleets ?? [],
        ...limits,
        agents: { claude: { ...NO_RULES, ...rules } },
      },
    },
    ...{ machine: 3, machineName: 'pc', path: '/bin', env: { HOME: '/home/p', GH_TOKEN: 'x', ANTHROPIC_API_KEY: 'person' } },
    ...{
      secrets: { KEY: 'one', ANTHROPIC_API_KEY: 'two' },
      caller: ['node', 'main.js', '__call'],
      services: [],
      state: own.state,
    },
    agents: { found: [agent], home: own.home },
    ...more.placement,
  };
  const asked: AgentTask = { kind: 'agent', agent: 'claude', prompt: 'Do it', ...task };
  const before = process.env.HOME;
  process.env.HOME = join(folder, 'home');
  try {
    return placeRun(order('x', { work: asked, cwd: work, ...change }), 1, 'key', null, placement);
  } finally {
    process.env.HOME = before;
  }
}

test('O15 an agent is a run of coord’s own command, with the request beside it and the least permission', () => {
  const spec = placed({ order: { title: 'T', env: { SEED: '7' } } });
  expect(spec).toMatchObject({
    ...{ command: { kind: 'argv', argv: ['node', 'main.js', '__agent'] }, cwd: work, env: { SEED: '7', COORD_ORDER: 'x' } },
    agent: {
      ...{ agent: 'claude', program, machine: 'pc', title: 'T', prompt: 'Do it', permission: 'acceptEdits', allowedTools: [] },
      ...{ projectSettings: false, budgetUsd: null, silenceMs: 600_000, notes: '/coord' },
    },
  });
  expect(JSON.stringify('env' in spec ? spec.env : spec)).not.toMatch(/one|two|person|GH_TOKEN/);
});

test('O15 secrets are for the check, and of the agent only those that its owner names', () => {
  const check = { kind: 'line', line: 'true' } as const;
  const spec = placed({ order: { check }, rules: { env: ['ANTHROPIC_API_KEY'] } });
  if ('blocked' in spec || spec.agent === undefined) throw new Error('not placed');
  expect(spec.env).toMatchObject({ KEY: 'one', ANTHROPIC_API_KEY: 'two' });
  const env = agentEnvironment(spec.agent, { ...spec.env, COORD_CALL: 'x', COORD_OUTPUT: 'y' });
  expect(env).toMatchObject({ ANTHROPIC_API_KEY: 'two', COORD_ORDER: 'x' });
  expect(Object.keys(env).filter((name) => /^(KEY|COORD_CALL|COORD_OUTPUT)$/.test(name))).toEqual([]);
});

test.each<[what: string, change: Change, blocked: string]>([
  [
    'a folder that is not named',
    { folders: ['/', '~', join(folder, 'home'), join(work, 'other')] },
    `folder ${work} not allowed for agents; on pc: coord allow folder ${work}`,
  ],
  ['a login', { found: { login: 'out' } }, 'claude is not logged in; on pc: claude /login, then coord agent detect'],
  [
    'a usage limit',
    { found: { limit: { since: '2026-11-20T22:00:00.000Z', until: '2026-11-20T22:30:00.000Z' } } },
    'claude has reached its usage limit; orders for it wait until 2026-11-20 22:30 UTC; to try sooner, on pc: coord agent detect',
  ],
  ['a program that went', { found: { program: '/no/claude' } }, 'claude is no longer at /no/claude; on pc: coord agent detect'],
  ['one that does not answer', { found: { problem: 'hangs' } }, 'claude is no longer found; on pc: coord agent detect'],
  [
    'a tool beyond the policy',
    { task: { allowedTools: ['Edit', 'Bash(rm *)'] }, rules: { allowedTools: ['Edit', 'Bash(npm test)'] } },
    `tool Bash(rm *) of claude not allowed; on pc: coord allow tool 'claude: Bash(rm *)'`,
  ],
])('O10, O15 %s', (_, change, blocked) => {
  expect(placed(change)).toEqual({ blocked: expect.objectContaining({ reason: blocked }) });
});

test('O10, O15 the owner allows: a bare tool covers each with a condition, budgets are cut, a key logs in', () => {
  const rules = { allowedTools: ['Bash', 'Edit'], budgetUsd: 2, permission: 'dontAsk', projectSettings: true };
  expect(placed({ rules })).toMatchObject({ agent: { allowedTools: ['Bash', 'Edit'], budgetUsd: 2, permission: 'dontAsk' } });
  const asked = placed({ rules, task: { allowedTools: ['Bash(ls)'], budgetUsd: 9 } });
  expect(asked).toMatchObject({ agent: { allowedTools: ['Bash(ls)'], budgetUsd: 2, projectSettings: true } });
  expect(placed({ found: { login: 'out' }, rules: { env: ['ANTHROPIC_API_KEY'] } })).toHaveProperty('agent');
});

test('O10, O15 settings folders that a person has moved reach what runs; an order moves none', () => {
  const env = { ...Object.fromEntries(SETTINGS_MOVERS.map((name) => [name, `/moved/${name}`])), HOME: '/home/me' };
  expect(passedOn({ ...env, ANTHROPIC_API_KEY: 'x' })).toEqual(env);
  expect(SETTINGS_MOVERS).toEqual(
    expect.arrayContaining(['CLAUDE_CONFIG_DIR', 'CODEX_HOME', 'GEMINI_CLI_HOME', 'XDG_DATA_HOME']),
  );
});

const inHome = (path: string) => join(folder, 'home', path);

test.each<[what: string, cwd: string, expected: RegExp, placement?: Partial<Placement>]>([
  ['the home folder', inHome('.'), /home folder is no place/],
  ['what holds the home folder', folder, /home folder is no place/],
  ['keys', inHome('.ssh'), /programs keep their settings there/],
  ['what systemd starts', inHome('.config/systemd/user'), /programs keep their settings there/],
  ['a folder of programs of home', inHome('.local/bin'), /programs keep their settings there/],
  ['a folder on PATH', inHome('bin'), /programs that run here lie in .*home\/bin;/],
  ['a folder that holds one', inHome('tools'), /programs that run here lie in .*tools\/bin;/],
  ['a folder below one', inHome('bin/deep'), /programs that run here lie in /],
  ['the folder of an agent’s program', join(folder, 'programs'), /programs that run here lie in /],
  [
    'the folder of coord’s program',
    inHome('coord'),
    /programs that run here lie in /,
    { caller: ['/usr/bin/node', inHome('coord/main.js')] },
  ],
  [
    'the folder that a link of node leads to',
    inHome('cellar'),
    /programs that run here lie in .*cellar;/,
    { caller: [inHome('bin/node'), '/coord/main.js'] },
  ],
  ['settings of an agent that were moved', inHome('moved/deep'), /an agent keeps its settings there/],
  ['coord’s own home', inHome('own'), /coord keeps its own files there/],
  ['a folder in it', inHome('own/workspaces'), /coord keeps its own files there/],
  ['the state of the fleet', inHome('fleet'), /coord keeps its own files there/],
  ['the orders of the fleet', inHome('fleet/coordination'), /coord keeps its own files there/],
  ['those of another fleet', inHome('second/coordination'), /coord keeps its own files there/],
  ['git’s own folder', inHome('work/.git/hooks'), /git’s own/],
  ['a link to one of these', inHome('work/link'), /programs keep their settings there/],
])('O10, O15 no agent works in %s, whatever is named: %s', (_, cwd, expected, placement) => {
  for (const path of ['bin/deep', 'tools/bin', 'moved/deep', 'own/workspaces', 'fleet/coordination', 'second', 'coord', 'cellar'])
    mkdirSync(inHome(path), { recursive: true });
  for (const path of ['.ssh', '.config/systemd/user', '.local/bin', 'second/coordination', 'work/.git/hooks'])
    mkdirSync(inHome(path), { recursive: true });
  writeFileSync(inHome('cellar/node'), '');
  for (const link of ['work/link', 'bin/node']) rmSync(inHome(link), { force: true });
  symlinkSync(inHome('cellar/node'), inHome('bin/node'));
  symlinkSync(inHome('.ssh'), inHome('work/link'));
  const around = {
    path: `/bin:${inHome('bin')}:${inHome('tools/bin')}`,
    env: { CLAUDE_CONFIG_DIR: inHome('moved') },
    ...placement,
  };
  const own = { home: inHome('own'), state: inHome('fleet/.coord') };
  const change: Change = { order: { cwd }, own, placement: around, folders: [cwd], fleets: [inHome('second')] };
  expect(placed(change)).toEqual({ blocked: { code: 'folderNotAllowed', reason: expect.stringMatching(expected) } });
  expect(placed({ ...change, order: { cwd: work }, folders: [work] })).toHaveProperty('agent');
});

test('O10, O15 one that works with all permissions or none runs once its owner says so', () => {
  const cursor = { task: { agent: 'cursor-agent' }, found: { name: 'cursor-agent' as const } };
  expect(placed(cursor)).toEqual({
    blocked: {
      code: 'agentUnfit',
      reason:
        'cursor-agent works with all permissions or none; on pc: set agents: { cursor-agent: { force: yes } } in policy.yaml',
    },
  });
});

const policyOf = (agents: string) => {
  writeFileSync(policyPath(folder), `fleets:\n  /f:\n    allow: [agent]\n    agents: ${agents}\n`);
  return readPolicy(folder, '/f');
};

test('O10, O15 the policy of agents is read, and changed by coord allow tool', () => {
  expect(
    policyOf('{ claude: { permission_mode: plan, allowed_tools: [Edit], budget: 3 }, codex: { sandbox: read-only } }').agents,
  ).toEqual({
    claude: { ...NO_RULES, permission: 'plan', allowedTools: ['Edit'], budgetUsd: 3 },
    codex: { ...NO_RULES, permission: 'read-only' },
  });
  expect(changeAgentTool(folder, '/f', 'claude', 'Bash(npm test)', true)).toBe(true);
  expect(changeAgentTool(folder, '/f', 'claude', 'Bash(npm test)', true)).toBe(false);
  expect(readPolicy(folder, '/f').agents?.claude?.allowedTools).toEqual(['Edit', 'Bash(npm test)']);
  expect(changeAgentTool(folder, '/f', 'claude', 'Edit', false)).toBe(true);
  expect(readPolicy(folder, '/f').agents?.claude?.allowedTools).toEqual(['Bash(npm test)']);
});

test.each([
  ['yes', 'agents: expected agents by name'],
  [
    '{ gpt: {} }',
    'agents: expected claude or codex or gemini or opencode or cursor-agent or aider, or of one in agents.yaml env alone, found "gpt"',
  ],
  ['{ gpt: { env: [KEY], permission: all } }', 'or of one in agents.yaml env alone, found "gpt"'],
  ['{ claude: { permission_mode: all } }', 'agents: claude: permission_mode: expected one of plan, default'],
  ['{ codex: { permission_mode: plan } }', 'agents: codex: expected one of sandbox, env, found "permission_mode"'],
  ['{ codex: { budget: 5 } }', 'agents: codex: expected one of sandbox, env, found "budget"'],
  ['{ claude: { allowed_tools: ["--dangerously-skip-permissions"] } }', 'allowed_tools: expected a list of tools'],
  ['{ claude: { budget: 0 } }', 'budget: expected a number of US dollars'],
  ['{ claude: { project_settings: 1 } }', 'project_settings: expected true or false'],
])('O10, O15 a policy that cannot be read lets nothing run: %s', (agents, message) => {
  expect(() => policyOf(agents)).toThrow(message);
});
