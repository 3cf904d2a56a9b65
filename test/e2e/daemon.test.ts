import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { daemonOf, fetchedMs, fleetOf, isSyncing, LATE, machines, nextLook, recordAt, SOON } from './daemon-parts.ts';
import { endFleets, isAlive, type TestMachine, until } from './fleet.ts';

afterAll(async () => {
  await Promise.all(machines.splice(0).map((machine) => machine.coord(['daemon', 'stop', '--runs'])));
  endFleets();
});

// They wait most of their time.
describe('the loop', () => {
  test.concurrent('H3, O9 a pushed order runs without a command; its run outlives the daemon, the next one reports it', async () => {
    const { fleet, all } = await fleetOf('pc');
    const [pc] = all as [TestMachine];
    const daemon = await daemonOf(pc, SOON);
    fleet.person().order([{ id: 'hello', assign: 'pc', run: 'until [ -e go ]; do sleep 0.1; done; echo hello >> ran' }]);
    await until('it runs', () => fleet.status().orders.hello?.state === 'IN_PROGRESS');
    daemon.kill('SIGTERM');
    // While its order goes on.
    expect((await daemon.done).code).toBe(0);
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
    // In a folder that is not there yet.
    mkdirSync(join(pc.folder, 'coordination', 'messages'));
    writeFileSync(join(pc.folder, 'coordination', 'messages', '1_TO_0.md'), 'Hello, people\n');
    await until('it is sent', () => fleet.git('ls-tree', '-r', '--name-only', 'main').includes('messages/1_TO_0.md'));
    await until('its end is said', () => fleet.status().orders.saved?.state === 'COMPLETED');
    // It has heard all that it wrote for itself once it rests.
    let asleepMs = 0;
    while (asleepMs !== fetchedMs(pc) || isSyncing(pc)) {
      asleepMs = fetchedMs(pc);
      await delay(1_500);
    }
    utimesSync(path, new Date(), new Date());
    await delay(1_500);
    expect(fetchedMs(pc)).toBe(asleepMs);
    daemon.kill('SIGHUP');
    await until('asked, it looks', () => fetchedMs(pc) !== asleepMs);
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
