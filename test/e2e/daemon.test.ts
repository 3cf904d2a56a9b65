import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { createFleet, endFleets, type Fleet, type Going, isAlive, type Status, type TestMachine, until } from './fleet.ts';

/** Looks this often, instead of each 15 s and more. */
const SOON = { COORD_LOOK_MS: '400' };
/** Looks at nothing by itself in the time of a test. */
const LATE = { COORD_LOOK_MS: '600000' };

const machines: TestMachine[] = [];

afterAll(async () => {
  await Promise.all(machines.map((machine) => machine.coord(['daemon', 'stop', '--runs'])));
  endFleets();
});

/** A fleet whose pushes nobody has to save. */
async function fleetOf(...names: readonly string[]): Promise<{ fleet: Fleet; all: TestMachine[] }> {
  const fleet = createFleet();
  const all = await fleet.joined(...names);
  machines.push(...all);
  fleet.person().push({ 'coordination/fleet.yaml': 'pushes_per_minute: 600\n' });
  return { fleet, all };
}

/** Runs it, and resolves once it has looked for the first time. */
async function daemonOf(machine: TestMachine, env: Readonly<Record<string, string>>): Promise<Going> {
  const daemon = machine.start(['daemon', 'run'], { env });
  await until('its first sync', () => nextLook(machine) !== null || !isAlive(daemon.pid));
  expect(isAlive(daemon.pid), daemon.said()).toBe(true);
  return daemon;
}

const recordAt = ({ folder }: TestMachine) => join(folder, '.coord', 'daemon.json');
const nextLook = (machine: TestMachine) =>
  existsSync(recordAt(machine)) ? (JSON.parse(readFileSync(recordAt(machine), 'utf8')).nextLook as string | null) : null;
const fetchedMs = ({ folder }: TestMachine) => statSync(join(folder, '.coord', 'clone.git', 'FETCH_HEAD')).mtimeMs;

// They wait most of their time.
describe('the loop', () => {
  test.concurrent('H3, O9 a pushed order runs without a command; its run outlives the daemon, the next one reports it', async () => {
    const { fleet, all } = await fleetOf('pc');
    const [pc] = all as [TestMachine];
    const daemon = await daemonOf(pc, SOON);
    fleet.person().order([{ id: 'hello', assign: 'pc', run: 'until [ -e go ]; do sleep 0.1; done; echo hello >> ran' }]);
    await until('it runs', () => fleet.status().orders.hello?.state === 'IN_PROGRESS');
    const askedMs = performance.now();
    daemon.kill('SIGTERM');
    expect((await daemon.done).code).toBe(0);
    expect(performance.now() - askedMs).toBeLessThan(10_000);
    expect(daemon.said()).toMatch(
      /^\S+Z coord \S+ watches over .*\n(.*\n)*\S+Z synced · started hello\n\S+Z ended: it was told to stop\n$/,
    );
    expect(existsSync(recordAt(pc))).toBe(false);
    expect(existsSync(join(pc.folder, '.coord', 'lock.d'))).toBe(false);
    expect(pc.processes().length).toBeGreaterThan(0);
    writeFileSync(join(pc.home, 'go'), '');
    await until('it has ended', () => pc.processes().length === 0);
    await daemonOf(pc, SOON);
    await until('it is reported', () => fleet.status().orders.hello?.state === 'COMPLETED');
    expect(pc.count('ran')).toBe(1);
  });

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

  test.concurrent('C6, C7 what is saved, recorded or ends here goes at once; coord’s own writes wake nobody', async () => {
    const { fleet, all } = await fleetOf('pc');
    const [pc] = all as [TestMachine];
    fleet.person().order([{ id: 'a', assign: 1, run: 'true' }]);
    await pc.ok('sync', '--wait');
    const daemon = await daemonOf(pc, LATE);
    const path = join(pc.folder, 'coordination', 'ORDERS.json');
    const atMs = performance.now();
    const orders = [
      { id: 'a', assign: 1, run: 'true' },
      { id: 'saved', assign: 1, run: 'sleep 3' },
    ];
    writeFileSync(path, JSON.stringify({ version: 1, orders }));
    await until('it is on main', () => fleet.board('ORDERS.json').includes('"saved"'));
    console.log(`a saved ORDERS.json was on the remote after ${Math.round(performance.now() - atMs)} ms`);
    expect(performance.now() - atMs).toBeLessThan(15_000);
    // In a folder that is not there yet.
    mkdirSync(join(pc.folder, 'coordination', 'messages'));
    writeFileSync(join(pc.folder, 'coordination', 'messages', '1_TO_0.md'), 'Hello, people\n');
    await until('it is sent', () => fleet.git('ls-tree', '-r', '--name-only', 'main').includes('messages/1_TO_0.md'));
    await until('its end is said', () => fleet.status().orders.saved?.state === 'COMPLETED');
    // It has heard all that it wrote for itself once it rests.
    let asleepMs = 0;
    while (asleepMs !== fetchedMs(pc)) {
      asleepMs = fetchedMs(pc);
      await delay(1_500);
    }
    utimesSync(path, new Date(), new Date());
    await delay(1_500);
    expect(fetchedMs(pc)).toBe(asleepMs);
    daemon.kill('SIGHUP');
    await until('asked, it looks', () => fetchedMs(pc) !== asleepMs);
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
  test.concurrent('start, start again, status, logs, restart, stop; two fleets on one computer side by side', async () => {
    const [one, other] = await Promise.all([fleetOf('pc'), fleetOf('pc')]);
    const [pc] = one.all as [TestMachine];
    const [mac] = other.all as [TestMachine];
    const started = await pc.ok('daemon', 'start');
    const pid = Number(/^started · pid (\d+) ·/.exec(started)?.[1]);
    expect(isAlive(pid)).toBe(true);
    // I6: what a run that restarts it passes on.
    expect(JSON.parse(readFileSync(join(pc.folder, '.coord', 'daemon', 'environment.json'), 'utf8'))).toHaveProperty('HOME');
    expect(await pc.coord(['daemon', 'start'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`a daemon runs already: pid ${pid}`),
    });
    const second = await pc.coord(['daemon', 'run']);
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`a daemon runs already: pid ${pid}`);
    const both = await Promise.all([mac.coord(['daemon', 'start']), mac.coord(['daemon', 'start'])]);
    const said = both.map(({ code, stdout, stderr }) => [code, (stdout + stderr).replace(/ · .*|: pid .*/s, '')]);
    expect(said.sort()).toEqual([
      [0, 'started'],
      [1, 'coord: a daemon runs already'],
    ]);
    await until('its first sync', () => nextLook(pc) !== null);
    expect(await pc.json('daemon', 'status')).toMatchObject({ running: true, pid, trouble: null });
    expect(await pc.ok('daemon', 'status')).toMatch(
      /^running · pid \d+ · since \S+ \(.*\)\nlast sync: .* · next: (in \d+ s|now) · \d+ syncs? so far\n$/,
    );
    expect(await pc.ok('daemon', 'logs')).toMatch(/^\S+Z coord \S+ watches over /);
    expect(await pc.ok('daemon', 'restart')).toMatch(/^started · pid \d+/);
    expect(isAlive(pid)).toBe(false);
    expect(await pc.ok('daemon', 'stop')).toMatch(/^stopped · it was pid \d+\n$/);
    expect(await pc.ok('daemon', 'stop')).toBe('not running\n');
    expect((await mac.coord(['daemon', 'status'])).code).toBe(0);
  });

  test.concurrent('H3 who starts it and tries it from another machine waits for seconds: it looks again soon', async () => {
    const { fleet, all } = await fleetOf('pc', 'mac');
    const [pc, mac] = all as [TestMachine, TestMachine];
    // No beat is due that would make it look sooner.
    fleet.person().push({ 'coordination/fleet.yaml': 'pushes_per_minute: 600\nheartbeat: 1h\n' });
    for (const machine of [mac, pc, mac, pc]) await machine.ok('sync');
    await pc.ok('daemon', 'start');
    await until('its first sync', () => nextLook(pc) !== null);
    expect(Date.parse(nextLook(pc) ?? '') - Date.now()).toBeLessThan(10_000);
    await mac.ok('order', 'add', 'tried', '--for', 'pc', '--', 'echo x >> tried');
    await until('the order ran', () => pc.count('tried') === 1);
    await pc.ok('daemon', 'stop');
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

  test.concurrent('a remote that is away is said once, and when it is back; a daemon whose machine leaves ends', async () => {
    const { fleet, all } = await fleetOf('pc');
    const [pc] = all as [TestMachine];
    fleet.away(true);
    const daemon = pc.start(['daemon', 'run'], { env: SOON });
    await until('it says so', () => daemon.said().includes('! not synced with the remote'));
    await delay(2_000);
    expect((await pc.coord(['daemon', 'status'])).stdout).toMatch(/^last reached: /m);
    fleet.away(false);
    await until('it says so', () => daemon.said().includes('Z well again\n'));
    expect(daemon.said().split('! not synced').length - 1).toBe(1);
    await pc.ok('leave');
    expect((await daemon.done).code).toBe(0);
    expect(daemon.said()).toMatch(/ended: this machine has left the fleet\n$/);
  });
});
