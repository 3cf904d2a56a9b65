import { execFileSync, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { CheckResult } from '../../src/core/model/status/check-result.ts';
import { daemonOf, fetchedMs, fleetOf, LATE, machines, nextLook, recordAt, SOON } from './daemon-parts.ts';
import { endFleets, mainPath, type Status, type TestMachine, until } from './fleet.ts';
import { envOf } from './program.ts';

afterAll(async () => {
  await Promise.all(machines.splice(0).map((machine) => machine.coord(['daemon', 'stop', '--runs'])));
  endFleets();
});

// They wait most of their time.
describe('the loop', () => {
  test.concurrent('a daemon that works keeps no room for what is soon of no use', async () => {
    const { all } = await fleetOf('pc');
    const [pc] = all as [TestMachine];
    const [hook, measured] = ['hook.cjs', 'measured'].map((name) => join(pc.home, name)) as [string, string];
    writeFileSync(
      hook,
      `process.on('SIGUSR2', () => {
        const kept = [];
        for (let round = 0; round < 60; round += 1) {
          kept.push(Array.from({ length: 20_000 }, (_, at) => ({ at, text: 'x' + at })).slice(0, 100));
          if (kept.length > 50) kept.shift();
        }
        const { space_size } = require('node:v8').getHeapSpaceStatistics().find((it) => it.space_name === 'new_space');
        require('node:fs').writeFileSync(${JSON.stringify(measured)}, String(space_size));
      });`,
    );
    const daemon = await daemonOf(pc, { ...LATE, NODE_OPTIONS: `--require=${hook}` });
    daemon.kill('SIGUSR2');
    await until('it has measured', () => existsSync(measured) && readFileSync(measured, 'utf8') !== '');
    expect(Number(readFileSync(measured, 'utf8')) / 1_048_576).toBeLessThan(16);
  });

  test.concurrent('C4a, C6 what a sync beside the daemon has shown, the daemon does not take back without a look', async () => {
    const { fleet, all } = await fleetOf('mac', 'pc');
    const [mac, pc] = all as [TestMachine, TestMachine];
    fleet.person().order([
      { id: 'own', assign: 'mac', run: 'until [ -e go ]; do sleep 0.1; done' },
      { id: 'x', assign: 'pc', run: 'exit 7' },
    ]);
    await daemonOf(mac, LATE);
    expect((await mac.json('status')).orders).toMatchObject({ own: { state: 'IN_PROGRESS' }, x: { state: 'QUEUED' } });
    await pc.ok('sync', '--wait');
    await mac.ok('sync');
    expect((await mac.json('status')).orders.x).toMatchObject({ state: 'FAILED', exitCode: 7 });
    const lookedMs = fetchedMs(mac);
    writeFileSync(join(mac.home, 'go'), '');
    await until('it is reported', () => fleet.status().orders.own?.state === 'COMPLETED');
    expect(fetchedMs(mac)).toBe(lookedMs);
    expect(fleet.status().orders.x).toMatchObject({ state: 'FAILED', exitCode: 7 });
    const view = () => JSON.parse(readFileSync(join(mac.folder, '.coord', 'view.json'), 'utf8')) as Status;
    await until('the view has it', () => view().orders.own?.state === 'COMPLETED');
    expect(view().orders.x).toMatchObject({ state: 'FAILED', exitCode: 7 });
  });

  test.concurrent('C2 killed with kill -9 right after it started a run, and started again: nothing twice', async () => {
    const { fleet, all } = await fleetOf('pc');
    const [pc] = all as [TestMachine];
    const crashing = pc.start(['daemon', 'run'], { env: { ...SOON, COORD_CRASH_AT: 'started' } });
    fleet.person().order([{ id: 'once', assign: 1, run: 'echo once >> ran; sleep 1' }]);
    expect((await crashing.done).code).toBe(null);
    // What it left is no daemon.
    expect((await pc.coord(['daemon', 'status'])).code).toBe(1);
    const gone = /! ?the daemon started at \S+ stopped unexpectedly: coord daemon start|this machine +the daemon started/;
    expect(await pc.ok('status')).toMatch(gone);
    expect(await pc.ok()).toMatch(gone);
    await daemonOf(pc, SOON);
    expect(await pc.ok('status')).not.toMatch(gone);
    await until('it is reported', () => fleet.status().orders.once?.state === 'COMPLETED');
    expect(pc.count('ran')).toBe(1);
    fleet.person().order([{ id: 'long', assign: 1, run: 'sleep 600' }]);
    await until('it runs', () => fleet.status().orders.long?.state === 'IN_PROGRESS');
    expect(await pc.ok('daemon', 'stop', '--runs')).toMatch(/^stopped · .*\nstopped long\n$/);
    expect(pc.processes()).toEqual([]);
    await pc.ok('sync');
    expect(fleet.status().orders.long).toMatchObject({ state: 'CANCELLED', reason: 'stopped on its machine' });
    // One that has ended by itself was not stopped.
    fleet.person().order([{ id: 'short', assign: 1, run: 'until test -e go; do sleep 0.1; done' }]);
    await pc.ok('sync');
    writeFileSync(join(pc.home, 'go'), '');
    await until('it has ended', () => pc.processes().length === 0);
    expect(await pc.ok('daemon', 'stop', '--runs')).toBe('not running\nnothing ran here\n');
    await pc.ok('sync');
    expect(fleet.status().orders.short).toMatchObject({ state: 'COMPLETED' });
  });
});

describe('the process', () => {
  test.concurrent('O9 a daemon whose node was upgraded starts orders by the new one', async () => {
    const { fleet, all } = await fleetOf('pc');
    const [pc] = all as [TestMachine];
    // As Homebrew lays it out: a name in the PATH that leads to a version, and that version removed by the upgrade.
    const at = (...names: readonly string[]) => join(pc.home, 'brew', ...names);
    for (const folder of ['bin', 'cellar/1']) mkdirSync(at(folder), { recursive: true });
    copyFileSync(process.execPath, at('cellar', '1', 'node'));
    symlinkSync(at('cellar', '1', 'node'), at('bin', 'node'));
    const env = { ...envOf(pc), ...SOON, PATH: `${at('bin')}:${process.env.PATH}` };
    execFileSync(at('bin', 'node'), [mainPath, 'daemon', 'start'], { cwd: pc.folder, env });
    await until('its first sync', () => nextLook(pc) !== null);
    renameSync(at('cellar', '1'), at('cellar', '2'));
    rmSync(at('bin', 'node'));
    const about = async () =>
      (JSON.parse((await pc.coord(['doctor', '--json'])).stdout) as CheckResult[]).find(({ id }) => id === 'caller');
    expect(await about()).toMatchObject({ state: 'problem', fix: 'coord daemon restart' });
    symlinkSync(at('cellar', '2', 'node'), at('bin', 'node'));
    expect(await about()).toMatchObject({ state: 'ok' });
    fleet.person().order([{ id: 'next', assign: 1, run: 'echo done' }]);
    await until('it has ended', () => ['COMPLETED', 'BLOCKED'].includes(fleet.status().orders.next?.state ?? ''));
    expect(fleet.status().orders.next).toMatchObject({ state: 'COMPLETED' });
  });

  test.concurrent('a folder in the place of ORDERS.json keeps no daemon from starting', async () => {
    const { all } = await fleetOf('pc');
    const [pc] = all as [TestMachine];
    const path = join(pc.folder, 'coordination', 'ORDERS.json');
    rmSync(path);
    mkdirSync(path);
    await pc.ok('daemon', 'start');
    await until('its first sync', () => nextLook(pc) !== null);
    await pc.ok('daemon', 'stop');
  });

  test.concurrent('H3 a daemon whose folder was deleted ends at once, not at its next look', async () => {
    const { all } = await fleetOf('mac');
    const [mac] = all as [TestMachine];
    const daemon = await daemonOf(mac, LATE);
    // What a deletion takes last may be this file, and nothing comes after it.
    rmSync(join(mac.folder, '.coord', 'fleet.json'));
    await daemon.done;
    expect(daemon.said()).toContain(
      `ended: ${mac.folder} is no fleet folder any more; try: coord daemon start, once it is there`,
    );
  });

  test.concurrent('a pid file of no daemon, or of none that lives, is none; the program is left alone', async () => {
    const { all } = await fleetOf('pc');
    const [pc] = all as [TestMachine];
    const daemon = await daemonOf(pc, LATE);
    const other = spawn('sleep', ['60'], { stdio: 'ignore' });
    try {
      const record = JSON.parse(readFileSync(recordAt(pc), 'utf8'));
      daemon.kill('SIGKILL');
      await daemon.done;
      for (const pid of [record.pid, other.pid]) {
        writeFileSync(recordAt(pc), JSON.stringify({ ...record, pid }));
        expect(await pc.coord(['daemon', 'status', '--json'])).toMatchObject({
          code: 1,
          stdout: expect.stringContaining('"running": false'),
        });
        expect(await pc.ok('daemon', 'stop')).toBe('not running\n');
      }
      expect(await pc.ok('daemon', 'start')).toMatch(/^started · /);
      expect(other.exitCode).toBe(null);
    } finally {
      other.kill();
    }
  });
});
