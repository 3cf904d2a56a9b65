// I6: what a daemon has that a run restarts.
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { daemonEnvironment, noteEnvironment } from '../../src/operations/daemon/daemon-environment.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';

let root: string;
let folder: ReturnType<typeof fleetFolderAt>;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'coord-daemon-env-'));
  folder = fleetFolderAt(root);
  mkdirSync(dirname(folder.daemonLock), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const PERSON = {
  HOME: '/home/ann',
  PATH: '/bin',
  HTTPS_PROXY: 'http://proxy:3128',
  GIT_SSH_COMMAND: 'ssh -i key',
  MY_TOKEN: 'hush',
};
const run = () => ({
  ...{ HOME: '/home/ann', PATH: '/usr/bin', TOKEN: 'of the owner', COORD_RUN_KEY: 'k', COORD_ORDER: 'up' },
  COORD_PROGRESS: join(folder.runs, 'up-1.1', 'progress.json'),
});

test('I6 a daemon that a run restarts reaches the remote as the one before it, and has nothing of the run', () => {
  noteEnvironment(folder, PERSON);
  const env = daemonEnvironment(folder, run());
  expect(env).toMatchObject({ HTTPS_PROXY: 'http://proxy:3128', GIT_SSH_COMMAND: 'ssh -i key', PATH: '/usr/bin' });
  for (const name of ['TOKEN', 'MY_TOKEN', 'COORD_RUN_KEY', 'COORD_ORDER', 'COORD_PROGRESS'])
    expect(env).not.toHaveProperty(name);
  expect(statSync(join(folder.state, 'daemon', 'environment.json')).mode & 0o77).toBe(0);
});

test('I6 one that a person starts has what they have; without a note a run passes on what it has itself', () => {
  expect(daemonEnvironment(folder, PERSON)).toEqual(PERSON);
  expect(daemonEnvironment(folder, run())).toMatchObject({ HOME: '/home/ann', PATH: '/usr/bin' });
});
