// A disk that is full, at many points of the cycle: a small disk in memory under the fleet folder, with less and less room. Each
// time it is said that the disk is to blame, nothing is half-written, and once there is room all goes on, once.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectBoardComputed } from './computed.ts';
import { createFleet, type Done, endFleets, type Fleet, type TestMachine } from './fleet.ts';

const mount = (folder: string) =>
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'none', folder], { stdio: ['ignore', 'ignore', 'pipe'] });
const unmount = (folder: string) => execFileSync('umount', ['--lazy', folder], { stdio: 'ignore' });

/** Only root on Linux may mount. */
function mayMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'coord-mount-'));
  try {
    mount(folder);
    unmount(folder);
    return true;
  } catch {
    return false;
  } finally {
    rmdirSync(folder);
  }
}

describe.skipIf(!mayMount())('a full disk', () => {
  let fleet: Fleet;
  let mac: TestMachine;
  const orders: object[] = [];
  const ballast = () => join(mac.folder, 'ballast');

  beforeAll(async () => {
    fleet = createFleet();
    mac = fleet.machine('mac');
    mkdirSync(mac.folder);
    mount(mac.folder);
    await fleet.calm('mac');
    await mac.ok('sync');
  });
  afterAll(() => {
    unmount(mac.folder);
    endFleets();
  });

  function fill(leftKb: number): void {
    const { bavail, bsize } = statfsSync(mac.folder);
    writeFileSync(ballast(), Buffer.alloc(Math.max(0, bavail * bsize - leftKb * 1024)));
  }

  function expectHonest(done: Done): void {
    expect(done.code, done.stderr).not.toBe(70);
    if (done.code === 0) return;
    expect([1, 4], done.stderr).toContain(done.code);
    expect(done.stderr).toMatch(/disk|no space left|ENOSPC/i);
  }

  // Journal, outbox, lock, clone, run folder, view and projection each run out of room at one of these.
  test.each([0, 4, 8, 16, 32, 64, 128])('C2, S3: with %i KB left: said, and made good once there is room', async (leftKb) => {
    const id = `left-${leftKb}`;
    orders.push({ id, assign: 1, run: `echo x >> ${id}; echo done` });
    fleet.person().order(orders);
    fill(leftKb);
    expectHonest(await mac.coord(['sync']));
    // Whatever stands there is whole.
    for (const name of ['journal.json', 'view.json', 'projected.json'])
      if (existsSync(join(mac.folder, '.coord', name))) JSON.parse(readFileSync(join(mac.folder, '.coord', name), 'utf8'));
    rmSync(ballast());
    await mac.ok('sync', '--wait');
    expect(mac.count(id)).toBe(1);
    expect(fleet.status().orders[id]).toMatchObject({ state: 'COMPLETED', attempt: 1 });
    await expectBoardComputed(fleet);
  });

  test('S5, D5: a message or an order that finds no room is refused, and does not come later', async () => {
    fill(0);
    for (const words of [
      ['send', '1', 'no room'],
      ['order', 'add', 'no-room', '--for', '9', '--', 'true'],
    ]) {
      const done = await mac.coord(words);
      expect(done).toMatchObject({ code: 1, stderr: expect.stringMatching(/the disk is full[\s\S]*try: df -h/) });
    }
    rmSync(ballast());
    await mac.ok('sync');
    expect(fleet.board('ORDERS.json')).not.toContain('no-room');
    expect(readdirSync(join(mac.folder, '.coord', 'outbox'))).toEqual([]);
    expect(await mac.ok('sync')).toBe('nothing new\n');
  });
});
