// examples/three-machines, played by the program itself; and a draft by the agent that stands in there (D10).
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets, mainPath, type TestMachine } from './fleet.ts';

afterEach(() => endFleets());

const example = join(import.meta.dirname, '..', '..', 'examples', 'three-machines');
const DAO = 'specs/dao.md';

test('D10 O15 three machines finish a project from its spec: routed, by agents, on branches, merged', () => {
  const { root } = createFleet();
  const place = join(root, 'three');
  const { HOME = '', PATH = '' } = process.env;
  const played = spawnSync(process.execPath, [join(example, 'play.mjs'), mainPath, '--keep', place], {
    env: { PATH, HOME, LANG: 'C.UTF-8', GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' },
    encoding: 'utf8',
  });
  expect(played.status, played.stdout + played.stderr).toBe(0);
  const inHub = (repo: string, ...args: string[]) =>
    spawnSync('git', ['--git-dir', join(place, repo), ...args], { encoding: 'utf8' }).stdout.trim();
  const features = JSON.parse(inHub('fleet.git', 'show', 'main:coordination/features.json'));
  expect(features.mvps).toMatchObject([{ name: 'Thermometer', owner: 'Ada', total: 4, done: 4, percent: 100 }]);
  const { orders } = JSON.parse(inHub('fleet.git', 'show', 'main:coordination/STATUS.json'));
  expect(Object.values<{ machine: number }>(orders).map(({ machine }) => machine)).toEqual([2, 2, 1, 3]);
  expect(orders['thermometer-put-it-together'].tail).toContain('20 °C is 68 °F: mild');
  expect(inHub('thermometer.git', 'for-each-ref', '--format=%(refname:short)', 'refs/heads/coord/').split('\n')).toEqual([
    'coord/thermometer-convert-degrees-1',
    'coord/thermometer-put-it-together-1',
    'coord/thermometer-say-it-in-words-1',
    'coord/thermometer-write-the-manual-1',
  ]);
  expect(inHub('thermometer.git', 'show', 'main:src/words.mjs')).toContain('freezing');
});

function install(machine: TestMachine): void {
  const path = join(machine.home, '.local', 'bin', 'claude');
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(
    path,
    `#!/bin/sh\necho "$@" >> "$HOME/asked"\nexec '${process.execPath}' '${join(example, 'stand-in', 'claude.mjs')}' "$@"\n`,
  );
  chmodSync(path, 0o755);
}

test('D10 an allowed agent drafts the tasks, reading only; orders exist only once a person approves', async () => {
  const fleet = createFleet();
  const [pc] = (await fleet.joined('pc')) as [TestMachine];
  const file = join(pc.folder, 'coordination', DAO);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '---\nmvp: Dao\ndefaults: { agent: claude }\n---\n# Dao\n');
  install(pc);
  const denied = await pc.here(['plan', DAO, '--agent', 'claude']);
  expect(denied).toMatchObject({ code: 5, stderr: expect.stringContaining('agents are not allowed on pc') });
  await pc.ok('allow', 'agent');
  rmSync(join(pc.home, 'asked'));
  const drafted = await pc.ok('plan', DAO, '--agent', 'claude');
  expect(drafted).toContain(`drafted 4 tasks in ${DAO}, line 7; nothing is placed:`);
  expect(pc.read('asked')).toContain('--permission-mode plan --setting-sources user');
  expect(pc.read('asked')).not.toContain('allowedTools');
  expect(fleet.board(DAO)).toContain('## Tasks (draft)\n\n- [ ] Convert degrees\n');
  expect(fleet.status().orders).toEqual({});
  expect(await pc.here(['plan', DAO])).toMatchObject({ code: 1, stderr: expect.stringContaining('are a draft') });
  expect((await pc.here(['plan', DAO, '--approve'])).code).toBe(0);
  expect(readFileSync(file, 'utf8')).toContain('## Tasks\n');
  expect(Object.keys(fleet.status().orders)).toHaveLength(4);
  expect(fleet.board(DAO)).not.toContain('draft');
  expect(existsSync(join(pc.home, '.claude'))).toBe(false);
});
