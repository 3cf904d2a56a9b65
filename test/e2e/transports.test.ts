import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { createFleet, endFleets, type Fleet, type TestMachine, until } from './fleet.ts';

const SSHD = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/opt/homebrew/sbin/sshd'].find((path) => existsSync(path));
const ends: (() => void)[] = [];

afterEach(() => {
  for (const end of ends.splice(0)) end();
  endFleets();
});

describe('the main job over', () => {
  test('a file:// remote', async () => {
    const fleet = createFleet();
    await playMainJob(fleet, `file://${fleet.hub}`);
  });

  // Where no sshd is installed there is nothing to start.
  test.skipIf(SSHD === undefined)('ssh, with the way to log in that the person has in their own git settings', async () => {
    const fleet = createFleet();
    const { config, end } = await startSshd(fleet);
    ends.push(end);
    for (const name of ['mac', 'pc']) {
      writeFileSync(join(fleet.machine(name).home, '.gitconfig'), `[core]\n\tsshCommand = ssh -F ${config}\n`);
    }
    await playMainJob(fleet, `fleethost:${fleet.hub}`);
    end();
    const offline = await fleet.machine('pc').coord(['sync']);
    expect(offline.code).toBe(4);
    expect(offline.stderr).toMatch(/not synced with .* \(unsynced since .*refused/i);
  });
});

async function playMainJob(fleet: Fleet, url: string): Promise<void> {
  const [mac, pc] = [fleet.machine('mac'), fleet.machine('pc')];
  await mac.ok('init', url, mac.folder, '--name', 'mac');
  await pc.ok('join', url, pc.folder, '--name', 'pc');
  await pc.ok('allow', 'shell');
  fleet.person().order([{ id: 'hello', assign: 'pc', run: 'echo hello from afar' }]);
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders.hello).toMatchObject({ state: 'COMPLETED', machine: 2, tail: 'hello from afar' });
  await shows(mac, 'hello', 'COMPLETED');
}

async function shows(machine: TestMachine, id: string, state: string): Promise<void> {
  await machine.ok('sync');
  expect((await machine.json('status')).orders[id]?.state).toBe(state);
}

async function startSshd(fleet: Fleet): Promise<{ config: string; end: () => void }> {
  const folder = join(fleet.root, 'sshd');
  mkdirSync(folder, { mode: 0o700 });
  // Where an sshd that was started by root looks for it.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const at = (name: string) => join(folder, name);
  for (const key of ['host', 'user']) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(key)]);
  const port = await freePort();
  writeFileSync(
    at('sshd_config'),
    `Port ${port}\nListenAddress 127.0.0.1\nHostKey ${at('host')}\nAuthorizedKeysFile ${at('user.pub')}\nStrictModes no\nPidFile none\nUsePAM no\nPermitRootLogin yes\n`,
  );
  writeFileSync(
    at('config'),
    `Host fleethost\n  HostName 127.0.0.1\n  Port ${port}\n  IdentityFile ${at('user')}\n  UserKnownHostsFile ${at('known')}\n  StrictHostKeyChecking accept-new\n`,
  );
  const daemon = spawn(SSHD ?? '', ['-D', '-e', '-f', at('sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  daemon.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const end = () => void daemon.kill('SIGKILL');
  await until('sshd listens', () => said.includes('Server listening'));
  return { config: at('config'), end };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
