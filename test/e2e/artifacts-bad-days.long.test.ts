// A1 to A4 on bad days, in a whole fleet: kills at every step between the gathering and the push, a host that refuses the ref, files that are gone,
// and a fleet in which lanes are signed.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets, type Fleet, type TestMachine, until } from './fleet.ts';
import { syncUntil } from './sync-until.ts';

afterEach(() => endFleets());

const REF = 'refs/coord/artifacts/1';
/** Before anything of the push is kept. */
const REFUSED = '#!/bin/sh\n! grep -q refs/coord/artifacts/\n';
const BUILD = { id: 'build', assign: 1, cwd: '~/app', run: 'echo one > a.txt', artifacts: ['*.txt'] };
const DEPLOY = { id: 'deploy', assign: 2, run: 'cat "$COORD_FROM_BUILD_FILES/a.txt"; touch ~/ran', after: ['build'] };

async function withTwo(): Promise<{ readonly fleet: Fleet; readonly one: TestMachine; readonly two: TestMachine }> {
  const fleet = createFleet();
  const [one, two] = (await fleet.calm('pc', 'nas')) as [TestMachine, TestMachine];
  mkdirSync(join(one.home, 'app'));
  await one.ok('allow', 'artifacts');
  return { fleet, one, two };
}

const filesOnRef = (fleet: Fleet) => fleet.git('ls-tree', '-r', '--name-only', REF).split('\n').filter(Boolean);
const storeOf = ({ folder }: TestMachine) => join(folder, '.coord', 'artifacts');
/** What is remembered of the ref is a hint: without it, the next cycle does not wait for its next try. */
const forget = (machine: TestMachine) => rmSync(join(storeOf(machine), 'pushed.json'), { force: true });

test('A2, A4 a host that refuses the ref: all else goes on, and the next order FAILED and did nothing', async () => {
  const { fleet, one, two } = await withTwo();
  fleet.hook('pre-receive', REFUSED);
  fleet.person().order([BUILD, DEPLOY]);
  await one.ok('sync', '--wait');
  expect(fleet.status().orders.build).toMatchObject({ state: 'COMPLETED' });
  expect(await one.ok('logs', 'build')).toContain('the files wait here: ');
  expect((await one.here(['doctor'])).stdout).toMatch(/files of runs.*the host does not take their ref/);
  await two.ok('sync', '--wait');
  expect(fleet.status().orders.deploy).toMatchObject({
    state: 'FAILED',
    reason:
      'the files of build cannot be had: machine 1 has no such files at its ref, not yet or not any more; to run it again: coord retry deploy',
    exitCode: null,
  });
  expect(two.read('ran')).toBe('');
  expect(existsSync(join(two.home, 'ran'))).toBe(false);
  fleet.hook('pre-receive', null);
  // A cycle that is killed between the commit and the push, and one between the push and the note of it: nothing is lost, and nothing is there twice.
  for (const step of ['ref-written', 'ref-pushed']) {
    forget(one);
    const killed = await one.coord(['sync'], { env: { COORD_CRASH_AT: step } });
    expect([step, killed.code]).toEqual([step, null]);
  }
  expect(filesOnRef(fleet)).toHaveLength(1);
  await one.ok('sync');
  expect([filesOnRef(fleet).length, fleet.git('rev-list', '--count', REF)]).toEqual([1, '1']);
  await two.ok('retry', 'deploy');
  await two.ok('sync', '--wait');
  expect(fleet.status().orders.deploy).toMatchObject({ state: 'COMPLETED', tail: 'one' });
});

test('A2.7, A4 after an outage the files are on the ref before anybody hears of their run', async () => {
  const { fleet, one, two } = await withTwo();
  const run = 'until [ -e ~/go ]; do sleep 0.1; done; echo one > a.txt';
  fleet.person().order([{ ...BUILD, run }, DEPLOY]);
  await one.ok('sync');
  await until('its run goes on', () => one.runs().length === 1);
  const [key = ''] = one.runs();
  fleet.away(true);
  writeFileSync(join(one.home, 'go'), '');
  await until('its run has ended', () => existsSync(join(one.folder, '.coord', 'runs', key, 'exit.json')));
  fleet.away(false);
  await one.ok('sync');
  expect([fleet.status().orders.build?.state, filesOnRef(fleet).length]).toEqual(['COMPLETED', 1]);
  await two.ok('sync', '--wait');
  expect(fleet.status().orders.deploy).toMatchObject({ state: 'COMPLETED', tail: 'one' });
});

test('A1.1 a hub that hangs while the files are pushed makes no run FAILED', async () => {
  const { fleet, one } = await withTwo();
  const waits = join(fleet.root, 'waits');
  writeFileSync(waits, '');
  fleet.hook('update', `#!/bin/sh\ncase "$1" in refs/coord/artifacts/*) while [ -e ${waits} ]; do sleep 0.1; done;; esac\n`);
  fleet.person().order([{ ...BUILD, timeout: '6s' }]);
  await one.ok('sync');
  const [key = ''] = one.runs();
  await until('its time is over', () => existsSync(join(one.folder, '.coord', 'runs', key, 'exit.json')));
  rmSync(waits);
  await one.ok('sync');
  expect(fleet.status().orders.build).toMatchObject({ state: 'COMPLETED', exitCode: 0 });
  expect([await one.ok('artifacts', 'build'), filesOnRef(fleet).length]).toEqual([expect.stringContaining('a.txt'), 1]);
});

test('A1, O9 a run killed while its files are pushed is interrupted; the next one leaves them once', async () => {
  const { fleet, one } = await withTwo();
  const waits = join(fleet.root, 'waits');
  writeFileSync(waits, '');
  fleet.hook('update', `#!/bin/sh\ncase "$1" in refs/coord/artifacts/*) while [ -e ${waits} ]; do sleep 0.1; done;; esac\n`);
  fleet.person().order([BUILD]);
  const syncing = one.start(['sync']);
  await until(
    'its files are taken',
    () => existsSync(join(storeOf(one), 'runs')) && readdirSync(join(storeOf(one), 'runs')).length > 0,
  );
  await until('its push hangs', () => existsSync(join(storeOf(one), 'pushed.json')));
  await syncing.done;
  const [key = ''] = one.runs();
  const { pid } = JSON.parse(readFileSync(join(one.folder, '.coord', 'runs', key, 'owner.json'), 'utf8')) as { pid: number };
  process.kill(pid, 'SIGKILL');
  await syncUntil([one], () => fleet.status().orders.build?.state === 'FAILED');
  expect(fleet.status().orders.build?.reason).toContain('interrupted');
  // Nothing of it goes on: what it had taken is there, and nobody was told of it.
  rmSync(waits);
  expect([one.processes(), (await one.here(['artifacts', 'build'])).code]).toEqual([[], 1]);
  forget(one);
  await one.ok('retry', 'build');
  await one.ok('sync');
  await syncUntil([one], () => fleet.status().orders.build?.state === 'COMPLETED');
  expect(filesOnRef(fleet)).toHaveLength(1);
  expect(await one.ok('artifacts', 'build')).toContain('build 2.1 on 1 · COMPLETED');
});

test('A1.1, A5 a run that is cut off while artifact_command hangs leaves nothing on the disk', async () => {
  const { fleet, one } = await withTwo();
  const hangs = join(one.home, 'hangs');
  writeFileSync(hangs, '#!/bin/sh\nsleep 600\n', { mode: 0o755 });
  const policy = join(one.coordHome, 'policy.yaml');
  writeFileSync(
    policy,
    readFileSync(policy, 'utf8').replace('    artifacts: true', `    artifacts: true\n    artifact_command: [${hangs}]`),
  );
  const run = 'head -c 2000000 /dev/zero > a.txt';
  fleet.person().order(['first', 'second'].map((id) => ({ ...BUILD, id, run, timeout: '4s' })));
  for (const _ of ['first', 'second']) await one.here(['sync', '--wait']);
  expect(fleet.status().orders.second?.reason).toContain('timed out');
  expect(existsSync(join(storeOf(one), 'runs'))).toBe(true);
  expect(
    readdirSync(storeOf(one), { recursive: true })
      .map(String)
      .filter((name) => /making-|runs\//.test(name)),
  ).toEqual([]);
});

test('A1 a run that FAILED leaves its files, one that was cut off leaves none', async () => {
  const { fleet, one } = await withTwo();
  fleet.person().order([
    { ...BUILD, id: 'fails', run: 'echo why > a.txt; exit 3' },
    { ...BUILD, id: 'unchecked', run: 'echo why > b.txt', check: 'echo more > c.txt; false' },
    { ...BUILD, id: 'late', run: 'echo half > d.txt; sleep 60', timeout: '1s' },
  ]);
  await syncUntil([one], () => ['fails', 'unchecked', 'late'].every((id) => fleet.status().orders[id]?.state === 'FAILED'));
  expect(fleet.status().orders.fails).toMatchObject({ exitCode: 3 });
  expect(await one.ok('artifacts', 'fails')).toContain('a.txt');
  expect(await one.ok('artifacts', 'unchecked')).toMatch(/b\.txt.*\n.*c\.txt/);
  expect((await one.here(['artifacts', 'late'])).stderr).toContain('no run of late left files');
});

test('A1, O16 of a run in a workspace the files of its checkout are taken, also what git ignores', async () => {
  const { fleet, one } = await withTwo();
  const repo = join(fleet.root, 'app.git');
  const [person, clone] = [fleet.person(), join(fleet.root, 'app')];
  person.git('init', '--quiet', '--bare', '--initial-branch=main', repo);
  person.git('clone', '--quiet', repo, clone);
  writeFileSync(join(clone, '.gitignore'), 'dist\n');
  person.git('-C', clone, 'add', '-A');
  person.git('-C', clone, 'commit', '--quiet', '-m', 'first');
  person.git('-C', clone, 'push', '--quiet', 'origin', 'HEAD:main');
  await one.ok('allow', 'repo', repo);
  const run = 'mkdir dist; echo built > dist/app; echo changed > README.md';
  person.order([{ id: 'fix', assign: 1, run, workspace: { repo }, artifacts: ['dist/'] }]);
  await syncUntil([one], () => fleet.status().orders.fix?.state === 'COMPLETED');
  expect(fleet.status().orders.fix?.outputs?.branch).toBe('coord/fix-1');
  const into = join(fleet.root, 'fix');
  await one.ok('artifacts', 'fix', '--get', into);
  expect(readFileSync(join(into, 'dist', 'app'), 'utf8')).toBe('built\n');
});

test('A4 steps and orders for all: files come by the names that outputs have', async () => {
  const { fleet, one, two } = await withTwo();
  mkdirSync(join(two.home, 'app'));
  await two.ok('allow', 'artifacts');
  const gathers = 'cat "$COORD_FROM_COUNT_FILES/n.txt" "$COORD_FROM_COUNT_1_FILES/n.txt" "$COORD_FROM_COUNT_2_FILES/n.txt"';
  fleet.person().order([
    { id: 'count', assign: 'all', cwd: '~/app', run: 'echo "$COORD_MACHINE" > n.txt', artifacts: ['n.txt'] },
    { id: 'sum', assign: 2, run: gathers, after: ['count'] },
    {
      id: 'chain',
      cwd: '~/app',
      steps: [
        { id: 'make', assign: 1, run: 'echo made > m.txt', artifacts: ['m.txt'] },
        { id: 'between', assign: 2, run: 'true' },
        { id: 'use', assign: 2, run: 'cat "$COORD_FROM_MAKE_FILES/m.txt"' },
      ],
    },
  ]);
  await syncUntil([one, two], () => ['sum', 'chain.use'].every((id) => fleet.status().orders[id]?.state === 'COMPLETED'));
  expect(fleet.status().orders.sum?.tail).toBe('2\n1\n2');
  expect(fleet.status().orders['chain.use']?.tail).toBe('made');
  const into = join(fleet.root, 'both');
  // Machine 2 may have done the rest in one sync, so that 1 has not fetched its files' names yet.
  await one.ok('sync');
  await one.ok('artifacts', 'count', '--get', into);
  expect(['1', '2'].map((machine) => readdirSync(join(into, machine)))).toEqual([['n.txt'], ['n.txt']]);
});
