// Sends the packet that network cards wait for while the computer sleeps: six bytes of 255, then its hardware address sixteen times, to
// everybody in each network that both computers share. Nothing answers: the next push of that machine shows that it woke.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Wakeable } from '../../../core/model/machines/waking.ts';
import { CoordError } from '../../../errors.ts';
import type { Waker } from '../../../ports.ts';
import { networksMarked, wakeableNow } from './networks.ts';

/** Tests have it sent to one address and port instead, `127.0.0.1:40000`, and are all in one network; nothing else sets this. */
export const WAKE_TO = 'COORD_WAKE_TO';
const OF_TESTS: Wakeable = { addresses: ['02:00:5e:10:00:01'], networks: ['n0000.0000'] };

const PORTS = [9, 7];
const TIMES = 3;
const BETWEEN_MS = 50;

interface Way {
  /** Address of this computer to send from; null = any. */
  readonly from: string | null;
  readonly to: string;
  readonly ports: readonly number[];
}

export function createWaker(env: NodeJS.ProcessEnv): Waker {
  return {
    here: () => (env[WAKE_TO] === undefined ? wakeableNow() : OF_TESTS),
    async wake({ addresses, networks }) {
      const packets = addresses.map(magicPacket);
      const failures: string[] = [];
      const ways = waysOut(env[WAKE_TO], networks);
      for (const way of ways) await sendAll(packets, way).catch((error: Error) => failures.push(error.message));
      if (failures.length < ways.length) return;
      const why = failures[0] ?? 'it is in none of its networks';
      throw new CoordError('FAILED', `this computer could not send it: ${why}`, null);
    },
  };
}

function magicPacket(address: string): Buffer {
  const mac = Buffer.from(address.replaceAll(':', ''), 'hex');
  if (mac.length !== 6) throw new Error(`bug: ${address} is no hardware address`);
  return Buffer.concat([Buffer.alloc(6, 255), ...Array.from({ length: 16 }, () => mac)]);
}

function waysOut(asked: string | undefined, marks: readonly string[]): readonly Way[] {
  if (asked === undefined)
    return networksMarked(marks).map(({ address, broadcast }) => ({ from: address, to: broadcast, ports: PORTS }));
  const [to = '', port] = asked.split(':');
  return [{ from: null, to, ports: [Number(port)] }];
}

async function sendAll(packets: readonly Buffer[], { from, to, ports }: Way): Promise<void> {
  const socket = createSocket('udp4');
  // What goes wrong is said by the send that it befell, too.
  socket.on('error', () => {});
  try {
    await bound(socket, from);
    socket.setBroadcast(true);
    for (let time = 1; time <= TIMES; time += 1) {
      if (time > 1) await delay(BETWEEN_MS);
      for (const packet of packets) for (const port of ports) await sent(socket, packet, port, to);
    }
  } finally {
    socket.close();
  }
}

async function bound(socket: ReturnType<typeof createSocket>, from: string | null): Promise<void> {
  const listening = once(socket, 'listening');
  if (from === null) socket.bind();
  else socket.bind(0, from);
  await listening;
}

function sent(socket: ReturnType<typeof createSocket>, packet: Buffer, port: number, to: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(packet, port, to, (error) => (error === null ? resolve() : reject(error)));
  });
}
