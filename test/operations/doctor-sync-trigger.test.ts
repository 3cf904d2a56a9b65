// What doctor says of who runs coord in a folder: somebody, somebody who does not come, and nobody.
import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { stopDaemon } from '../../src/operations/daemon/control.ts';
import { claimPidFile } from '../../src/operations/daemon/pid-file.ts';
import type { Exam } from '../../src/operations/doctor/exam.ts';
import { syncTriggerCheck } from '../../src/operations/doctor/sync-trigger.ts';
import { installCron } from '../../src/operations/service/cron-sync.ts';
import { installService } from '../../src/operations/service/service.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { CRONTAB, createPlace, type Place, removePlaces } from './caller-samples.ts';

afterEach(removePlaces);

const HOUR_MS = 3_600_000;
const MAIN = '/opt/coord/dist/main.js';

/** `syncedMs`: so long ago; null = never. */
function look(place: Place, syncedMs: number | null, state = 'IDLE', unsyncedSince: string | null = null) {
  const clone = join(place.root, '.coord', 'clone.git');
  mkdirSync(clone, { recursive: true });
  const nowMs = Date.now();
  if (syncedMs !== null) {
    writeFileSync(join(clone, 'FETCH_HEAD'), '');
    utimesSync(join(clone, 'FETCH_HEAD'), (nowMs - syncedMs) / 1000, (nowMs - syncedMs) / 1000);
  }
  const view = () => ({ self: { machine: 2 }, machines: { 2: { state } }, sync: { unsyncedSince } });
  return syncTriggerCheck.look({ folder: fleetFolderAt(place.root), nowMs, world: place.world, view } as unknown as Exam);
}

test('nobody: a warning once the last sync is an hour old', async () => {
  const place = createPlace();
  place.program('crontab', CRONTAB);
  place.program('systemctl', 'exit 0');
  place.program('launchctl', 'exit 0');
  const fix = 'coord service install, or coord cron install';
  expect(await look(place, null)).toEqual({
    state: 'warning',
    found: 'no service and no crontab line of coord; nothing was ever synced',
    fix,
  });
  expect(await look(place, HOUR_MS / 2)).toMatchObject({ state: 'ok', found: expect.stringContaining('the last sync was 30m') });
  expect(await look(place, 3 * HOUR_MS)).toMatchObject({ state: 'warning', found: expect.stringContaining('3h ago'), fix });
  expect((await look(place, 3 * HOUR_MS, 'LEFT')).state).toBe('ok');
});

test('nobody, on a computer that has less: what works there is named', async () => {
  const place = createPlace();
  place.program('systemctl', 'echo "Failed to connect to bus" >&2; exit 1');
  place.program('launchctl', 'exit 1');
  place.program('crontab', CRONTAB);
  expect(await look(place, null)).toMatchObject({ state: 'warning', fix: 'coord cron install' });
  place.program('crontab', 'echo "not allowed" >&2; exit 1');
  expect(await look(place, null)).toMatchObject({ fix: 'coord daemon start, after each start of the computer' });
});

test('cron: ours, ours that does not come, a line of their own; an unreadable crontab is none', async () => {
  const place = createPlace();
  place.program('crontab', CRONTAB);
  await installCron(place.world, place.root, MAIN, HOUR_MS);
  expect(await look(place, 2 * HOUR_MS)).toEqual({ state: 'ok', found: 'cron, every 1h' });
  expect(await look(place, 4 * HOUR_MS)).toMatchObject({ state: 'warning', fix: 'coord cron status' });
  // The remote is away: nothing says that cron does not come.
  expect((await look(place, 4 * HOUR_MS, 'IDLE', '2026-11-20T22:00:00.000Z')).state).toBe('ok');
  writeFileSync(place.path('tab'), `@daily cd ${place.root} && coord sync\n`);
  expect(await look(place, 4 * HOUR_MS)).toEqual({ state: 'ok', found: 'a line of the crontab' });
  place.program('crontab', 'echo "not allowed" >&2; exit 1');
  expect((await look(place, 4 * HOUR_MS)).found).toMatch(/^no service and no crontab line of coord/);
});

test.skipIf(process.platform !== 'linux')('a service that runs, and one that does not', async () => {
  const place = createPlace();
  place.program('systemctl', '[ "$2" != show ] || cat "$HERE/state"');
  writeFileSync(place.path('state'), 'ActiveState=active\nSubState=running\n');
  const { file } = (await installService(place.world, place.root, MAIN, { platform: 'linux', force: false })).place;
  expect((await look(place, 4 * HOUR_MS)).found).toMatch(/^the service coord-fleet-/);
  place.world.env.CODEX_HOME = '/data/codex';
  const found = expect.stringMatching(/^the service coord-fleet-\S+ has not what this shell has of CODEX_HOME$/);
  expect(await look(place, 0)).toEqual({ state: 'warning', found, fix: 'coord service install' });
  delete place.world.env.CODEX_HOME;
  writeFileSync(place.path('state'), 'ActiveState=failed\nSubState=failed\n');
  const fix = expect.stringMatching(/^coord service install, which starts it; its log: journalctl --user --unit coord-fleet-/);
  expect(await look(place, 0)).toMatchObject({ state: 'warning', fix });
  expect(readFileSync(file, 'utf8')).toContain('daemon');
  rmSync(file);
  expect((await look(place, 4 * HOUR_MS)).found).toMatch(/^no service and no crontab line of coord/);
});

test('a daemon that was started by hand is named, until it ends', async () => {
  const place = createPlace();
  const folder = fleetFolderAt(place.root);
  const claimed = await claimPidFile(folder, { version: '1', since: '2026-11-20T22:00:00.000Z' }, () => {});
  if ('pid' in claimed) throw new Error('nobody else is there');
  expect(await look(place, 4 * HOUR_MS)).toMatchObject({
    state: 'ok',
    found: expect.stringContaining(`started by hand, pid ${process.pid}`),
  });
  claimed.end();
  expect((await look(place, 4 * HOUR_MS)).state).toBe('warning');
});

test('a daemon whose node was removed is told, with the way that gives it another', async () => {
  const place = createPlace();
  const folder = fleetFolderAt(place.root);
  const claimed = await claimPidFile(folder, { version: '1', since: '2026-11-20T22:00:00.000Z' }, () => {});
  if ('pid' in claimed) throw new Error('nobody else is there');
  const record = JSON.parse(readFileSync(folder.daemon, 'utf8'));
  expect((await look(place, 0)).state).toBe('ok');
  writeFileSync(folder.daemon, JSON.stringify({ ...record, node: '/nowhere/node' }));
  const found = `the daemon, pid ${process.pid}, can start nothing: its node is gone, /nowhere/node`;
  expect(await look(place, 0)).toEqual({ state: 'problem', found, fix: 'coord daemon restart' });
  place.program('systemctl', 'echo ActiveState=active; echo SubState=running');
  await installService(place.world, place.root, MAIN, { platform: 'linux', force: false });
  if (process.platform === 'linux') expect(await look(place, 0)).toMatchObject({ found, fix: 'coord service install' });
  await claimed.end();
});

test('a daemon that was killed is missed at once, until one is started or stopped', async () => {
  const place = createPlace();
  const folder = fleetFolderAt(place.root);
  const since = '2026-11-20T22:00:00.000Z';
  const killed = { pid: 999_999_999, identity: '1', boot: 'an earlier one', version: '1', since };
  writeFileSync(folder.daemon, JSON.stringify(killed));
  expect(await look(place, 0)).toEqual({
    state: 'warning',
    found: `the daemon started at ${since} stopped unexpectedly`,
    fix: 'coord daemon start; or coord daemon stop to clear this',
  });
  expect(await stopDaemon(folder)).toBeNull();
  expect((await look(place, 0)).state).toBe('ok');
});
