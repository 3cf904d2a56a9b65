// coord demo --bell: the same machines with daemons and a bell, which rings at a broker in the hub of the first.
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { CoordError } from '../../../errors.ts';
import { saidWith, withDaemons } from './demo-daemons.ts';
import type { Stage } from './demo-stage.ts';

export async function playBell(stage: Stage, machines: readonly string[]): Promise<void> {
  const [first, other] = machines as readonly [string, string];
  stage.says('Now with a bell: the first machine has a broker for it, and each has a daemon, which looks once it is rung.');
  const port = await freePort();
  await withDaemons(stage, machines, async (signal) => {
    const hub = stage.background(first, ['hub', '--http', '0', '--port', String(port)]);
    try {
      await answers(hub);
      stage.coord(first, ['bell', 'on', `ws://127.0.0.1:${port}`]);
      for (const name of machines) {
        stage.coord(name, ['sync']);
        stage.coord(name, ['daemon', 'start']);
      }
      for (const name of machines) await saidWith(stage, name, ['bell'], 'connected', signal);
      stage.coord(first, ['bell']);
      stage.says(
        'What is asked for on one machine runs on another at once. The repo stays the only truth; the bell says when to look.',
      );
      const fromMs = performance.now();
      stage.coord(first, ['run', other, '--', 'echo done on $(uname -s)']);
      stage.says(`It took ${((performance.now() - fromMs) / 1000).toFixed(1)} s.`);
    } finally {
      const ended = once(hub, 'exit');
      if (hub.exitCode === null && hub.kill()) await ended;
    }
  });
}

async function answers(hub: ReturnType<Stage['background']>): Promise<void> {
  let said = '';
  for await (const part of hub.stdout ?? []) {
    said += String(part);
    if (said.includes('answers on')) return;
  }
  throw new CoordError('FAILED', `the demo stopped: its hub ended: ${said}`, null);
}

/** The hub takes it only once the bell is on, so it has to be known before. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
