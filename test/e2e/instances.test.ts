import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { stampedProcesses } from '../../src/system/process/process-table.ts';
import { freePorts, standIn } from '../features/services/supervised.ts';
import { createFleet, endFleets, type Fleet, type Going, isAlive, type TestMachine, until } from './fleet.ts';

const machines: TestMachine[] = [];

afterAll(async () => {
  await Promise.all(machines.map((machine) => machine.coord(['daemon', 'stop'])));
  await Promise.all(machines.map((machine) => machine.coord(['instance', 'stop', '--all'])));
  endFleets();
});

const LATE = { COORD_LOOK_MS: '600000' };

interface Listed {
  readonly daemon: boolean;
  readonly programs: readonly { name: string; state: string; pid: number | null; givenUp: boolean; detail: string | null }[];
}

async function machineWith(instances: string): Promise<{ fleet: Fleet; pc: TestMachine }> {
  const fleet = createFleet();
  const [pc] = (await fleet.joined('pc')) as [TestMachine];
  machines.push(pc);
  fleet.person().push({ 'coordination/fleet.yaml': 'pushes_per_minute: 600\n' });
  writeFileSync(join(pc.folder, '.coord', 'instances.yaml'), instances);
  return { fleet, pc };
}

const daemonOf = (pc: TestMachine): Going => pc.start(['daemon', 'run'], { env: LATE });
const listed = (pc: TestMachine) => pc.json<Listed>('instance', 'list');
const stateOf = async (pc: TestMachine, name: string) => (await listed(pc)).programs.find((program) => program.name === name);
const programOf = (fleet: Fleet, name: string) =>
  (fleet.status().machines['1'] as unknown as { programs?: Record<string, { state: string; givenUp?: true }> }).programs?.[name];

test.concurrent('L2, L5 a program outlives its daemon, also a killed one; the board has its state and what it needs', async () => {
  const [port = 0] = await freePorts(1);
  const { fleet, pc } = await machineWith(`instances:
  builder: { command: ${standIn(port)}, port: ${port}, specialties: [build, test], capacity: 2 }
  broken: { command: "exit 7" }
`);
  const first = daemonOf(pc);
  await until('it is on the board', () => programOf(fleet, 'builder')?.state === 'ONLINE');
  await until('the other is given up there', () => programOf(fleet, 'broken')?.givenUp === true);
  const computer = fleet.board('COMPUTER_1.md');
  expect(computer).toMatch(/^program_builder: "?ONLINE · 0 of 2 · build, test · since 20/m);
  expect(fleet.status().needsYou).toMatchObject([
    { machine: 1, program: 'broken', why: expect.stringContaining('coord instance start broken') },
  ]);
  expect(fleet.board('README.md')).toContain('program broken ✕ CRASHED, given up: ended with exit code 7');
  const { pid } = (await stateOf(pc, 'builder')) ?? {};
  expect(isAlive(pid ?? 0)).toBe(true);
  first.kill('SIGKILL');
  await first.done;
  expect(await stateOf(pc, 'builder')).toMatchObject({ state: 'ONLINE', pid });
  const second = daemonOf(pc);
  await until('there is another one', () => second.said().includes('watches over'));
  const again = await pc.coord(['instance', 'start', 'builder']);
  expect(again).toMatchObject({ code: 0, stdout: 'builder · ONLINE\n' });
  expect(await stateOf(pc, 'builder')).toMatchObject({ state: 'ONLINE', pid });
  expect(await pc.ok('daemon', 'stop')).toContain('still running without it: builder; to stop them: coord instance stop --all');
  expect(isAlive(pid ?? 0)).toBe(true);
  expect((await pc.coord(['leave', '--purge'])).stderr).toContain('its program builder still runs');
  expect(await pc.ok('instance', 'stop', '--all')).toContain('builder · ended');
  expect(isAlive(pid ?? 0)).toBe(false);
});

test.concurrent.each([
  'program-noted',
  'program-spawned',
])('L2 a daemon that is killed at %s: the next one starts the program, or finds it, and never has two', async (step) => {
  const { pc } = await machineWith('instances:\n  single: { command: "echo begun; exec sleep 1000" }\n');
  const first = pc.start(['daemon', 'run'], { env: { ...LATE, COORD_CRASH_AT: step } });
  expect(await first.done).toMatchObject({ code: null });
  const second = daemonOf(pc);
  await until('it runs', () => second.said().includes('program single: ONLINE'));
  expect(await pc.ok('instance', 'logs', 'single')).toBe('begun\n');
  const { key } = JSON.parse(readFileSync(join(pc.folder, '.coord', 'programs', 'by-name', 'single', 'note.json'), 'utf8'));
  expect(stampedProcesses(key)).toEqual([(await stateOf(pc, 'single'))?.pid]);
});

test.concurrent('L2 coord instance: what is asked for is waited for, and said; what cannot be is refused', async () => {
  const { pc } = await machineWith(`instances:
  sleeper: { command: "echo here; echo \\"$COORD_PROGRAM $SAID $HIDDEN\\"; sleep 1000", env: { SAID: "as it was written" } }
  theirs: { managed: false, port: 9 }
  bad: { comand: x }
`);
  const start = await pc.coord(['instance', 'start', 'sleeper']);
  expect(start).toMatchObject({ code: 1, stderr: expect.stringContaining('coord daemon start') });
  expect(await pc.coord(['instance', 'start'])).toMatchObject({ code: 2 });
  expect(await pc.coord(['instance', 'stop', 'nobody'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('there are sleeper, theirs, bad'),
  });
  expect(await pc.coord(['instance', 'stop', 'theirs'])).toMatchObject({ code: 5 });
  expect(await pc.coord(['instance', 'start', 'bad'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('bad cannot be started: '),
  });
  const before = await pc.coord(['instance', 'list']);
  expect(before.stderr).toContain('instances.yaml line 4: bad: expected "command"');
  const daemon = pc.start(['daemon', 'run'], { env: { ...LATE, HIDDEN: 'from the shell of the daemon' } });
  await until('it has begun', () => daemon.said().includes('program sleeper: ONLINE'));
  expect(daemon.said()).toContain('instances.yaml line 4: bad');
  expect(await pc.ok('instance', 'logs', 'sleeper')).toBe('here\nsleeper as it was written \n');
  const { pid } = (await stateOf(pc, 'sleeper')) ?? {};
  expect(await pc.ok('instance', 'restart', 'sleeper')).toBe('sleeper · ONLINE\n');
  expect(isAlive(pid ?? 0)).toBe(false);
  expect(await pc.ok('instance', 'stop', 'sleeper')).toBe('sleeper · OFFLINE: stopped by a person\n');
  expect(await stateOf(pc, 'sleeper')).toMatchObject({ state: 'OFFLINE', pid: null });
  expect(await pc.ok('instance', 'list')).toMatch(
    /^NAME .*\nsleeper +✕ OFFLINE +- +- +0\/1 .* stopped by a person\ntheirs .* managed: false · port 9: /,
  );
  // A log that is cut while somebody follows it.
  const log = join(pc.folder, '.coord', 'programs', 'by-name', 'sleeper', 'log');
  expect(readFileSync(log, 'utf8').match(/here/g)).toHaveLength(2);
  const follower = pc.start(['instance', 'logs', 'sleeper', '-f']);
  await until('it shows what there is', () => follower.said().match(/here/g)?.length === 2);
  writeFileSync(log, 'anew\n');
  await until('it goes on', () => follower.said().endsWith('anew\n'));
  follower.kill('SIGKILL');
  await follower.done;
});

test.concurrent('C4a a program that comes and goes has its daemon sync, and fetch nothing', async () => {
  const { fleet, pc } = await machineWith('');
  const [ill, looks] = [join(pc.folder, 'ill'), join(pc.folder, 'looks')];
  const entry = `{ managed: false, health: { command: "echo >> ${looks}; test ! -e ${ill}", every: 1s } }`;
  writeFileSync(join(pc.folder, '.coord', 'instances.yaml'), `instances:\n  watched: ${entry}\n`);
  const daemon = daemonOf(pc);
  await until('it is on the board', () => programOf(fleet, 'watched')?.state === 'ONLINE');
  const syncs = () => JSON.parse(readFileSync(join(pc.folder, '.coord', 'daemon.json'), 'utf8')).syncs as number;
  const fetchedMs = () => statSync(join(pc.folder, '.coord', 'clone.git', 'FETCH_HEAD')).mtimeMs;
  const looked = () => statSync(looks).size;
  const times = () => daemon.said().match(/program watched: (DEGRADED|ONLINE)/g)?.length ?? 0;
  /** Whether the daemon synced for both, and fetched nothing. */
  const comesAndGoes = async () => {
    const [fetched, begun, seen] = [fetchedMs(), syncs(), times()];
    for (const [turn, change] of [() => writeFileSync(ill, ''), () => rmSync(ill)].entries()) {
      change();
      await until('it is seen', () => times() === seen + turn + 1);
      // Longer than it takes for a state to be told.
      const before = looked();
      await until('it stays so', () => looked() >= before + 3);
    }
    await until('the daemon has synced for both', () => syncs() >= begun + 2);
    return fetchedMs() === fetched;
  };
  // The daemon looks every 15 s besides (H3), and a slow computer takes longer for one turn.
  let quiet = await comesAndGoes();
  for (let more = 0; !quiet && more < 4; more += 1) quiet = await comesAndGoes();
  expect(quiet).toBe(true);
  daemon.kill('SIGTERM');
  await daemon.done;
});
