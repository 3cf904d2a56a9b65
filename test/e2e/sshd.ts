// A real sshd on 127.0.0.1 with keys of its own, for tests; where none is installed there is nothing to start.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type Fleet, until } from './fleet.ts';

export const SSHD = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/opt/homebrew/sbin/sshd'].find((path) => existsSync(path));

/** The host is called `fleethost` in the ssh settings `config`. */
export async function startSshd(fleet: Fleet): Promise<{ config: string; end: () => void }> {
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
