// W2: real packets, received on this computer.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { createWaker, WAKE_TO } from '../../../src/features/wake/system/waker.ts';

const sockets: ReturnType<typeof createSocket>[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

async function listen(): Promise<{ port: number; packets: Buffer[]; count(wanted: number): Promise<void> }> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  const packets: Buffer[] = [];
  socket.on('message', (packet) => packets.push(packet));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  return {
    port,
    packets,
    async count(wanted) {
      while (packets.length < wanted) await once(socket, 'message');
    },
  };
}

test('W2 the packet is six bytes of 255 and the address sixteen times, sent three times to each address', async () => {
  const { port, packets, count } = await listen();
  await createWaker({ [WAKE_TO]: `127.0.0.1:${port}` }).wake({
    addresses: ['02:00:5e:10:00:01', 'a4:bb:6d:00:ff:02'],
    networks: [],
  });
  await count(6);
  const expected = (mac: string) => 'ff'.repeat(6) + mac.repeat(16);
  const seen = packets.map((packet) => packet.toString('hex'));
  expect(seen.filter((it) => it === expected('02005e100001'))).toHaveLength(3);
  expect(seen.filter((it) => it === expected('a4bb6d00ff02'))).toHaveLength(3);
});

test('W2 what cannot be sent is an error of operation', async () => {
  const wake = createWaker({ [WAKE_TO]: '127.0.0.1:99999' }).wake({ addresses: ['02:00:5e:10:00:01'], networks: [] });
  await expect(wake).rejects.toMatchObject({ code: 'FAILED', message: expect.stringContaining('could not send') });
});
