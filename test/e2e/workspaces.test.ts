// O16: orders that work in a checkout of their own, under a real runner and watchdog: shell commands, an agent, steps, and what is killed.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { PoolSight } from '../../src/features/workspaces/operations/workspaces.ts';
import { createFleet, endFleets, type TestMachine } from './fleet.ts';

afterEach(() => endFleets());

/** A fleet of one machine, and a repo beside it. */
async function withRepo() {
  const fleet = createFleet();
  const repo = join(fleet.root, 'app.git');
  const person = fleet.person();
  person.git('init', '--quiet', '--bare', '--initial-branch=main', repo);
  person.git('clone', '--quiet', repo, join(fleet.root, 'app'));
  const inRepo = (...args: string[]) => person.git('--git-dir', repo, ...args);
  writeFileSync(join(fleet.root, 'app', 'README.md'), 'one\n');
  person.git('-C', join(fleet.root, 'app'), 'add', '-A');
  person.git('-C', join(fleet.root, 'app'), 'commit', '--quiet', '-m', 'first');
  person.git('-C', join(fleet.root, 'app'), 'push', '--quiet', 'origin', 'HEAD:main');
  const [pc] = (await fleet.joined('pc')) as [TestMachine];
  return { fleet, repo, person, pc, inRepo, workspace: { repo, branch: 'main' } };
}

const policyOf = (pc: TestMachine, repo: string) =>
  `fleets:\n  ${pc.folder}: { allow: [shell, agent], slots: 3, repos: ['${repo}'], secrets: [] }\n`;

test('O16.4 what left the group of a run is ended before its files are committed', async () => {
  const { fleet, repo, person, pc, inRepo, workspace } = await withRepo();
  writeFileSync(join(pc.coordHome, 'policy.yaml'), policyOf(pc, repo));
  const writes = `setsid sh -c 'echo x > begun; while :; do echo x >> f; sleep 0.01; done' > /dev/null 2>&1 &`;
  const waits = 'until [ -e begun ]; do sleep 0.01; done';
  person.order([{ id: 'fix', assign: 1, run: `${writes} ${waits}`, check: 'sleep 0.3; git diff --exit-code HEAD', workspace }]);
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders.fix).toMatchObject({ state: 'COMPLETED' });
  expect(inRepo('diff', '--name-only', 'main', 'coord/fix-1').trim().split('\n')).toEqual(['begun', 'f']);
  expect(pc.processes()).toEqual([]);
});

test('O10, O16 only an allowed repo; results say branch and commit; failed work is kept, and stops none', async () => {
  const { fleet, repo, person, pc, inRepo, workspace } = await withRepo();
  const slow = { id: 'slow', assign: 1, run: 'echo begun | tee begun; sleep 600', workspace };
  const fix = 'echo two > README.md; echo "$COORD_BRANCH in $PWD is $COORD_WORKSPACE"';
  person.order([
    { id: 'fix', assign: 1, run: fix, check: 'touch junk; grep two README.md', workspace },
    { id: 'breaks', assign: 1, run: 'echo half > half; exit 4', workspace },
    { id: 'idle', assign: 1, run: 'true', workspace, expect_changes: true },
    { id: 'unchecked', assign: 1, run: 'echo x > x', check: 'false', workspace },
    { id: 'nowhere', assign: 1, run: 'echo x > ~/ran', workspace: { repo, branch: 'nowhere' } },
    { id: 'alone', assign: 1, run: 'true', expect_changes: true },
    slow,
  ]);
  await pc.ok('sync');
  const before = fleet.status().orders;
  expect(before.fix).toMatchObject({
    state: 'BLOCKED',
    reason: `repo ${repo} not allowed; on pc: coord allow repo ${repo}`,
  });
  expect(before.alone?.reason).toContain('the order has no "workspace"');
  expect(await pc.ok('allow', 'repo', repo)).toContain("branches pushed there with this computer's login");
  expect(await pc.ok('allow')).toContain(`repos:         ${repo}`);
  writeFileSync(join(pc.coordHome, 'policy.yaml'), policyOf(pc, repo));
  await until('all but one have ended', async () => {
    await pc.ok('sync');
    return ['fix', 'breaks', 'idle', 'unchecked', 'nowhere'].every((id) =>
      fleet.status().orders[id]?.state.match(/COMPLETED|FAILED/),
    );
  });
  await until('the last one works', async () => (await pc.ok('logs', 'slow')).includes('begun'));
  const pool = await pc.json<PoolSight>('workspace', 'list');
  expect(pool.workspaces.filter(({ use }) => use === 'in use').map(({ last }) => last?.order)).toEqual(['slow']);
  await pc.ok('cancel', 'slow');
  await pc.ok('sync', '--wait');

  const { orders } = fleet.status();
  const commit = inRepo('rev-parse', 'coord/fix-1').trim();
  expect(orders.fix).toMatchObject({ state: 'COMPLETED', outputs: { branch: 'coord/fix-1', commit } });
  expect(orders.fix?.tail).toMatch(/coord\/fix-1 in (\S+) is \1\n/);
  expect(inRepo('diff', '--name-only', 'main', 'coord/fix-1').trim()).toBe('README.md');
  const kept = /^its work is kept in \S+workspaces\/app-\w+\/\d$/;
  expect(orders.breaks).toMatchObject({ state: 'FAILED', exitCode: 4, reason: expect.stringMatching(kept) });
  expect(orders.unchecked?.reason).toMatch(/^check failed with 1; its work is kept in /);
  expect(orders.nowhere).toMatchObject({ state: 'FAILED', exitCode: null, reason: `${repo} has no branch nowhere` });
  expect(pc.read('ran')).toBe('');
  expect(orders.idle).toMatchObject({ state: 'FAILED', reason: 'changed nothing' });
  expect(orders.slow).toMatchObject({ state: 'CANCELLED', reason: expect.stringMatching(/^cancelled; its work is kept in /) });
  expect(pc.processes()).toEqual([]);
  expect(inRepo('for-each-ref', '--format=%(refname:short)').trim().split('\n')).toEqual(['coord/fix-1', 'main']);
  const { workspaces } = await pc.json<PoolSight>('workspace', 'list');
  expect(workspaces.filter(({ use }) => use === 'kept').map(({ last }) => last?.order)).toEqual(
    expect.arrayContaining(['breaks', 'unchecked', 'slow']),
  );
  expect(await pc.ok('workspace', 'prune')).toMatch(/^removed \d workspaces? .* and 0 mirrors\n3 keep work that was not pushed/);
});

test('O15, O16, O17 an agent knows its workspace; a step gets its branch, a resumed one its place', async () => {
  const { fleet, repo, person, pc, inRepo, workspace } = await withRepo();
  const claude = join(pc.home, '.local', 'bin', 'claude');
  mkdirSync(join(claude, '..'), { recursive: true });
  writeFileSync(
    claude,
    `#!/bin/sh\nexec '${process.execPath}' '${join(import.meta.dirname, '..', 'features', 'agents', 'stand-in.mjs')}' "$@"\n`,
  );
  chmodSync(claude, 0o755);
  await pc.ok('allow', 'agent');
  writeFileSync(join(pc.coordHome, 'policy.yaml'), policyOf(pc, repo));
  const steps = [
    { id: 'write', agent: 'claude', prompt: 'Please: works', expect_changes: true },
    { id: 'read', run: 'cat made.txt; echo read >> README.md', workspace: { repo, branch: 'coord/login.write-1' } },
  ];
  person.order([{ id: 'login', title: 'New login', assign: 1, workspace, steps }]);
  await pc.ok('sync', '--wait');
  await pc.ok('sync', '--wait');
  const { orders } = fleet.status();
  expect(orders['login.write']).toMatchObject({
    state: 'COMPLETED',
    outputs: { agent: 'claude', branch: 'coord/login.write-1' },
  });
  expect(orders['login.read']).toMatchObject({ state: 'COMPLETED', outputs: { branch: 'coord/login.read-1' } });
  expect(inRepo('diff', '--name-only', 'main', 'coord/login.read-1').trim()).toBe('README.md\nmade.txt');
  expect(inRepo('log', '-1', '--format=%(trailers:only)', 'coord/login.write-1')).toContain('Coord-Agent: claude');
  const asked = JSON.parse(pc.read('asked.json')) as { prompt: string; cwd: string };
  expect(asked.cwd).toContain(join(pc.coordHome, 'workspaces'));
  expect(asked.prompt).toContain('pushed as the branch "coord/login.write-1": you need not push');
  await pc.ok('retry', 'login.write', '--resume', 'Once more: nothing');
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders['login.write']).toMatchObject({ generation: 2, state: 'FAILED', reason: 'changed nothing' });
  expect((JSON.parse(pc.read('asked.json')) as { cwd: string }).cwd).toBe(asked.cwd);
});

test('O9.7, O16.10 a run that vanished with its watchdog says where its work is kept', async () => {
  const { fleet, repo, person, pc, workspace } = await withRepo();
  writeFileSync(join(pc.coordHome, 'policy.yaml'), policyOf(pc, repo));
  person.order([{ id: 'fix', assign: 1, run: 'echo half > half; echo begun; exec sleep 600', workspace }]);
  await pc.ok('sync');
  await until('it has worked', async () => (await pc.ok('logs', 'fix')).includes('begun'));
  // As with the power: the watchdog first, so that it tells no end of it.
  const [key = ''] = pc.runs();
  const { pid } = JSON.parse(readFileSync(join(pc.folder, '.coord', 'runs', key, 'owner.json'), 'utf8')) as { pid: number };
  for (const it of [pid, ...pc.processes()]) process.kill(it, 'SIGKILL');
  await pc.ok('sync', '--wait');
  const shown = await pc.ok('order', 'show', 'fix');
  const [, root = ''] = /interrupted; its work is kept in (\S+)/.exec(shown) ?? [];
  expect(fleet.status().orders.fix).toMatchObject({ state: 'FAILED', reason: `interrupted; its work is kept in ${root}` });
  expect(readFileSync(join(root.replace(/^~/, pc.home), 'half'), 'utf8')).toBe('half\n');
});

/** Each look takes a sync. */
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 120_000;
  while (!(await holds())) if (performance.now() > deadline) throw new Error(`did not happen: ${what}`);
}
