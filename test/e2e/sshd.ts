// A real sshd on 127.0.0.1 with keys of its own.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { until } from './processes.ts';

/** An sshd that root started keeps it empty. */
const PRIVILEGES = '/run/sshd';

/** `program`: the path of sshd; it keeps its files below `root`. The host is called `fleethost` in the ssh settings `config`. */
export async function startSshd(program: string, root: string): Promise<{ config: string; end: () => void }> {
  const folder = join(root, 'sshd');
  mkdirSync(folder, { mode: 0o700 });
  const made = process.getuid?.() === 0 ? mkdirSync(PRIVILEGES, { recursive: true }) : undefined;
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
  const daemon = spawn(program, ['-D', '-e', '-f', at('sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  daemon.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const end = () => {
    daemon.kill('SIGKILL');
    removeIfEmpty(made);
  };
  await until('sshd listens', () => said.includes('Server listening'));
  return { config: at('config'), end };
}

/** What was made for the test alone. Another sshd may want it by now: it makes it anew only where the system starts it. */
function removeIfEmpty(path: string | undefined): void {
  try {
    if (path === PRIVILEGES) rmdirSync(path);
  } catch {
    // Somebody uses it.
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
