// Since when a machine is on its own: since the remote last answered, whenever somebody first noticed; and what of it is cut off.
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { mustBeSynced, type SyncReport, sync } from '../../src/operations/sync/sync.ts';
import { createHome, endHome, type Home } from '../server/house.ts';

const homes: Home[] = [];
async function fresh(): Promise<Home> {
  const home = await createHome();
  homes.push(home);
  await sync(home.world, home.folder);
  return home;
}
afterEach(() => {
  for (const home of homes.splice(0)) endHome(home);
});

const DAY_MS = 86_400_000;

test('H3.4 a machine that slept for a month is unsynced since it was last answered', async () => {
  const { world, folder } = await fresh();
  const hub = join(folder.state, 'hub.git');
  renameSync(hub, `${hub}.away`);
  const answered = new Date(Date.now() - 31 * DAY_MS);
  utimesSync(join(folder.state, 'clone.git', 'FETCH_HEAD'), answered, answered);
  const since = async () => Date.parse((await sync(world, folder)).view?.sync.unsyncedSince ?? '');
  const first = await since();
  expect(Math.abs(first - answered.getTime())).toBeLessThan(1_000);
  expect(await since()).toBe(first);
  // Its clock was ahead then: nobody answers in the future.
  const ahead = await fresh();
  const away = join(ahead.folder.state, 'hub.git');
  rmSync(away, { recursive: true });
  const later = new Date(Date.now() + DAY_MS);
  utimesSync(join(ahead.folder.state, 'clone.git', 'FETCH_HEAD'), later, later);
  const { view } = await sync(ahead.world, ahead.folder);
  expect(Date.parse(view?.sync.unsyncedSince ?? '')).toBeLessThanOrEqual(Date.now());
});

test('H3.4 where the host refuses the word of this machine alone, what it hears is not called old', async () => {
  const { world, folder } = await fresh();
  const hook = join(folder.state, 'hub.git', 'hooks', 'pre-receive');
  mkdirSync(join(hook, '..'), { recursive: true });
  writeFileSync(hook, '#!/bin/sh\necho "not yours"\nexit 1\n');
  chmodSync(hook, 0o755);
  const beganMs = Date.now() - 1_000;
  const { view } = await sync({ ...world, version: '0.0.1-test' }, folder);
  expect(view?.sync).toMatchObject({ trouble: { message: expect.stringContaining('refuses pushes') }, laneRefused: true });
  expect(Date.parse(view?.sync.unsyncedSince ?? '')).toBeGreaterThan(beganMs);
  rmSync(hook);
  expect((await sync(world, folder)).view?.sync).not.toHaveProperty('laneRefused');
});

test('H3.4 so it is where the push gets no answer; once nobody answers, it is since somebody did', async () => {
  const { world, folder } = await fresh();
  const hub = join(folder.state, 'hub.git');
  const hook = join(hub, 'hooks', 'pre-receive');
  mkdirSync(join(hook, '..'), { recursive: true });
  writeFileSync(hook, '#!/bin/sh\nkill -9 $PPID\n');
  chmodSync(hook, 0o755);
  const { view } = await sync({ ...world, version: '0.0.1-test' }, folder);
  expect(view?.sync).toMatchObject({ trouble: expect.anything(), laneRefused: true });
  renameSync(hub, `${hub}.away`);
  const answered = new Date(Date.now() - DAY_MS);
  utimesSync(join(folder.state, 'clone.git', 'FETCH_HEAD'), answered, answered);
  const gone = (await sync({ ...world, version: '0.0.1-test' }, folder)).view?.sync;
  expect(gone).not.toHaveProperty('laneRefused');
  expect(Math.abs(Date.parse(gone?.unsyncedSince ?? '') - answered.getTime())).toBeLessThan(1_000);
});

test('H3.4 without any git it is unsynced as with a git that fails', async () => {
  const { world, folder } = await fresh();
  const bin = join(folder.state, 'bin');
  const path = world.env.PATH;
  mkdirSync(bin);
  writeFileSync(join(bin, 'git'), '#!/bin/sh\necho "xcrun: error: invalid active developer path" >&2\nexit 1\n', { mode: 0o755 });
  const identity = JSON.parse(readFileSync(folder.identity, 'utf8'));
  writeFileSync(folder.identity, JSON.stringify({ ...identity, path: bin }));
  world.env.PATH = bin;
  const failing = await sync(world, folder);
  const { message: why = '' } = failing.trouble ?? {};
  expect(why).toContain('xcrun: error');
  const since = failing.view?.sync.unsyncedSince;
  expect(since).toEqual(expect.any(String));
  rmSync(join(bin, 'git'));
  const none = await sync(world, folder);
  const trouble = { code: 'UNKNOWN', message: 'git could not be started: no git in PATH' };
  expect(none).toMatchObject({ trouble, view: { sync: { trouble, unsyncedSince: since } } });
  const saidOf = (report: SyncReport) => expect(() => mustBeSynced(report));
  const words = { code: 'UNREACHABLE', hint: 'coord doctor' };
  saidOf(failing).toThrow(expect.objectContaining(words));
  saidOf(none).toThrow(expect.objectContaining(words));
  world.env.PATH = path;
  expect((await sync(world, folder)).view?.sync).toMatchObject({ trouble: null, unsyncedSince: null });
});
