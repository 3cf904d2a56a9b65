// W1, W2, W4 from the command line: real packets, received on this computer.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets, type TestMachine } from './fleet.ts';

afterEach(endFleets);

/** What a third machine says: that machine 2 is lost since this beat. */
const lostSince = (beat: number) => `---
machine: 3
name: watcher
id: computer-3
instance: i3
seq: ${beat}
beat: ${beat}
state: IDLE
updated: 2026-11-20T22:00:00.000Z
heartbeat: 60s
lost_2: ${beat}
---
`;

test('W1, W2, W4 a machine that sleeps is woken from here, and for an order, if both owners allow it', async () => {
  const socket = createSocket('udp4');
  const packets: string[] = [];
  socket.on('message', (packet) => packets.push(packet.toString('hex')));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const env = { COORD_WAKE_TO: `127.0.0.1:${socket.address().port}` };
  try {
    const fleet = createFleet();
    const [mac, pc] = (await fleet.joined('mac', 'pc')) as [TestMachine, TestMachine];
    const on = (machine: TestMachine, ...words: string[]) => machine.coord(words, { env });
    fleet.person().push({ 'coordination/COMPUTER_3.md': lostSince(1000) });
    expect(await on(mac, 'wake', 'pc')).toMatchObject({
      code: 5,
      stderr: expect.stringMatching(/2 pc cannot be woken: its owner has not allowed it[\s\S]*coord allow wake, there/),
    });
    expect((await on(pc, 'allow', 'wake')).stdout).toContain('wake is now allowed');
    await on(pc, 'sync');
    expect(fleet.board('COMPUTER_2.md')).toContain('wake: "02:00:5e:10:00:01"\nnetworks: n0000.0000\n');
    expect(await on(mac, 'wake', '2')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('sent a packet to wake 2 pc · it may be awake'),
    });
    while (packets.length < 3) await once(socket, 'message');

    fleet.person().push({ 'coordination/COMPUTER_3.md': lostSince(5000) });
    expect((await on(mac, 'wake', 'PC')).stdout).toContain('sent a packet to wake 2 pc');
    while (packets.length < 6) await once(socket, 'message');
    expect(new Set(packets)).toEqual(new Set(['ff'.repeat(6) + '02005e100001'.repeat(16)]));

    // An order alone makes no machine send anything, before its owner allows it.
    fleet.person().order([{ id: 'backup', assign: 2, run: 'true', wake: true }]);
    expect((await on(mac, 'sync')).stdout).not.toContain('packet');
    await on(mac, 'allow', 'wake');
    expect((await on(mac, 'sync')).stdout).toContain('sent a packet to wake 2 pc (for order backup)');
    while (packets.length < 9) await once(socket, 'message');
  } finally {
    socket.close();
  }
});
