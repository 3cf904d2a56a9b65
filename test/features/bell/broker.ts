// Real brokers for tests: mosquitto, on a port of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { programPath } from '../../programs.ts';

const found = programPath('mosquitto');
/** Tests that need it are skipped where it is missing. */
export const hasMosquitto = found !== null;

export interface TestBroker {
  readonly address: string;
  readonly port: number;
  start(): Promise<void>;
  /** As kill -9 does. */
  kill(): Promise<void>;
  /** It hangs: connections stand, and nothing comes through. `false` = it goes on. */
  hang(is: boolean): void;
}

const brokers: TestBroker[] = [];

export async function endBrokers(): Promise<void> {
  await Promise.all(brokers.splice(0).map((broker) => broker.kill()));
}

/** `settings`: of its listener. */
export async function createMosquitto(settings: readonly string[] = ['allow_anonymous true']): Promise<TestBroker> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'coord-mosquitto-'));
  const path = join(folder, 'mosquitto.conf');
  writeFileSync(
    path,
    [`listener ${port} 127.0.0.1`, ...settings, 'persistence false', `user ${userInfo().username}`, ''].join('\n'),
  );
  let child: ChildProcess | null = null;
  const broker: TestBroker = {
    hang: (is) => void child?.kill(is ? 'SIGSTOP' : 'SIGCONT'),
    ...{ address: `mqtt://127.0.0.1:${port}`, port },
    async start() {
      child = spawn(found ?? 'mosquitto', ['-c', path], { stdio: 'ignore' });
      while (!(await listens(port))) {
        if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}: ${settings.join(' · ')}`);
        await delay(20);
      }
    },
    async kill() {
      const ending = child;
      child = null;
      if (ending !== null && ending.exitCode === null) {
        const ended = new Promise((resolve) => ending.once('exit', resolve));
        ending.kill('SIGKILL');
        await ended;
      }
      if (!brokers.includes(broker)) rmSync(folder, { recursive: true, force: true });
    },
  };
  brokers.push(broker);
  await broker.start();
  return broker;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
