// mosquitto for a bench, and somebody without the key who counts what goes by.
import { existsSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { parseTopic } from '../../src/features/bell/rules/topics.ts';
import { startBeside } from './real-machine.ts';

const MOSQUITTO = ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/usr/bin/mosquitto', '/opt/homebrew/sbin/mosquitto'];
const TRIES = 100;

export interface Broker {
  readonly address: string;
  /** Frames by kind, since it was asked last. */
  take(): ReadonlyMap<string, number>;
  end(): void;
}

export async function startBroker(folder: string): Promise<Broker> {
  const path = MOSQUITTO.find((it) => existsSync(it));
  if (path === undefined) throw new Error('mosquitto is needed for this bench, and not there');
  const port = await freePort();
  const settings = join(folder, 'mosquitto.conf');
  writeFileSync(settings, `listener ${port} 127.0.0.1\nallow_anonymous true\npersistence false\nuser ${userInfo().username}\n`);
  const process = startBeside(path, ['-c', settings], { cwd: folder, env: {} });
  const address = `mqtt://127.0.0.1:${port}`;
  const client = await untilUp(address);
  let counts = new Map<string, number>();
  client.on('message', (topic) => {
    const kind = parseTopic(topic)?.kind;
    if (kind !== undefined) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  });
  await client.subscribeAsync('#');
  return {
    address,
    take() {
      const taken = counts;
      counts = new Map();
      return taken;
    },
    end() {
      client.end(true);
      process.end();
    },
  };
}

async function untilUp(address: string) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await connectAsync(address, { reconnectPeriod: 0 }, false);
    } catch (error) {
      if (tries === TRIES) throw error;
      await delay(50);
    }
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
