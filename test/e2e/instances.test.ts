import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { freePorts, standIn } from '../features/services/supervised.ts';
import { endFleets, isAlive, until } from './fleet.ts';
import { daemonOf, LATE, machines, machineWith, programOf, stateOf } from './instances-parts.ts';

afterAll(async () => {
  const all = machines.splice(0);
  await Promise.all(all.map((machine) => machine.coord(['daemon', 'stop'])));
  await Promise.all(all.map((machine) => machine.coord(['instance', 'stop', '--all'])));
  endFleets();
});

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
