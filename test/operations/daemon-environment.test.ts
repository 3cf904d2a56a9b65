// I6: what a daemon has that a run restarts.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { daemonEnvironment, noteEnvironment } from '../../src/operations/daemon/daemon-environment.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';

let root: string;
let folder: ReturnType<typeof fleetFolderAt>;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'coord-daemon-env-'));
  folder = fleetFolderAt(root);
  mkdirSync(dirname(folder.daemonLock), { recursive: true });
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(root, { recursive: true, force: true });
});

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

/** A process with the variables of that person, and none of its own left. */
async function living(act: (before: { readonly pid: number }) => void): Promise<void> {
  const child = spawn('/bin/cat', [], { env: PERSON, stdio: ['pipe', 'ignore', 'ignore'] });
  await once(child, 'spawn');
  act({ pid: child.pid ?? 0 });
  child.kill('SIGKILL');
  await once(child, 'exit');
}

test.runIf(process.platform === 'linux')('I6 of a daemon that left no note, the system says what it was started with', () =>
  living((before) => {
    const env = daemonEnvironment(folder, run(), before);
    expect(env).toMatchObject({ HTTPS_PROXY: 'http://proxy:3128', GIT_SSH_COMMAND: 'ssh -i key', PATH: '/usr/bin' });
    expect(env).not.toHaveProperty('MY_TOKEN');
  }),
);

test('I6 where nobody can say it, the daemon is not restarted from a run', () => {
  const gone = { pid: 2 ** 30 };
  expect(() => daemonEnvironment(folder, run(), gone)).toThrow('goes on: its proxies and keys are not known to this run');
  expect(daemonEnvironment(folder, PERSON, gone)).toEqual(PERSON);
});

test('I6 a note that cannot be written leaves no older one to be believed', () => {
  noteEnvironment(folder, PERSON);
  const { HTTPS_PROXY: _, ...later } = PERSON;
  vi.spyOn(JSON, 'stringify').mockImplementationOnce(() => {
    throw new Error('ENOSPC');
  });
  noteEnvironment(folder, later);
  expect(daemonEnvironment(folder, run())).not.toHaveProperty('HTTPS_PROXY');
});

test('I6 one that a person starts has what they have; without a note a run passes on what it has itself', () => {
  expect(daemonEnvironment(folder, PERSON)).toEqual(PERSON);
  expect(daemonEnvironment(folder, run())).toMatchObject({ HOME: '/home/ann', PATH: '/usr/bin' });
});
