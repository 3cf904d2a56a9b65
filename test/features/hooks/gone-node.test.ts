// Settings of agents that name a node which is not there any more, as after an upgrade: `coord agent setup --check` says so, and doctor.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SetupAgent } from '../../../src/features/hooks/documents/agent-setup/agents.ts';
import { hooks } from '../../../src/features/hooks/feature.ts';
import { applyChanges } from '../../../src/features/hooks/operations/changes.ts';
import { checkSetup } from '../../../src/features/hooks/operations/check-setup.ts';
import { setupChanges } from '../../../src/features/hooks/operations/setup.ts';
import type { Finding } from '../../../src/operations/doctor/check.ts';
import type { World } from '../../../src/operations/sync/dependencies.ts';
import { ownNode } from '../../../src/system/process/own-node.ts';

let root = '';
let world: World;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'coord-gone-'));
  world = { env: { HOME: root }, cwd: join(root, 'project'), home: join(root, 'coord') } as unknown as World;
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const optionsOf = (agent: SetupAgent) => ({ agent, isProject: false, mainPath: '/opt/my coord/main.js' });

/** Sets it up; returns the files that name node. */
function setUp(agent: SetupAgent): readonly string[] {
  const changes = setupChanges(world, optionsOf(agent));
  applyChanges(changes, world.home);
  return changes.filter(({ after }) => after?.includes(ownNode())).map(({ path }) => path);
}

function withNode(path: string, node: string): void {
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(ownNode(), node));
}

const gone = (agent: SetupAgent) => checkSetup(world, optionsOf(agent)).bad.filter((line) => line.includes('is not there'));

async function doctor(): Promise<Finding> {
  const [check] = (await hooks(world).checks?.()) ?? [];
  if (check === undefined) throw new Error('no check');
  return check.look({ world, folder: undefined as never });
}

const AGENTS = ['claude', 'codex', 'gemini', 'cursor', 'opencode'] as const;

test.each(AGENTS)('M9 %s: settings that name a node which is gone are named, with the command that helps', async (agent) => {
  const paths = setUp(agent);
  expect(paths.length).toBeGreaterThan(0);
  expect(gone(agent)).toEqual([]);
  expect(await doctor()).toEqual({ state: 'ok', found: `${agent}: its settings name a node that is there` });
  for (const path of paths) withNode(path, '/old/v20/bin/node');
  const lines = paths.map((path) => `${path} names /old/v20/bin/node, which is not there`);
  expect(gone(agent)).toEqual(lines);
  expect(await doctor()).toEqual({ state: 'warning', found: lines.join(' · '), fix: `coord agent setup ${agent}` });
  setUp(agent);
  expect(gone(agent)).toEqual([]);
});

test('M9 a node in a folder with a blank is read as the shell reads it, behind a variable too', () => {
  world = { ...world, env: { ...world.env, COORD_HOME: '/x' } };
  const [path = ''] = setUp('claude');
  withNode(path, "'/my old/node'");
  expect(gone('claude')).toEqual([`${path} names /my old/node, which is not there`]);
});

test('M9 nothing is said of agents that nobody set up, nor of a command without a path', async () => {
  const [path = ''] = setUp('claude');
  const nothing = { state: 'ok', found: 'none is set up here' };
  withNode(path, 'node');
  expect(await doctor()).toEqual({ state: 'ok', found: 'claude: its settings name a node that is there' });
  writeFileSync(path, '{}');
  expect(await doctor()).toEqual(nothing);
  writeFileSync(path, '{ "hooks": 3 }');
  expect(await doctor()).toEqual(nothing);
});

test('M9 doctor names all agents, each with its own command', async () => {
  for (const agent of ['gemini', 'cursor'] as const) for (const path of setUp(agent)) withNode(path, '/old/node');
  setUp('claude');
  expect(await doctor()).toMatchObject({ state: 'warning', fix: 'coord agent setup gemini && coord agent setup cursor' });
});
