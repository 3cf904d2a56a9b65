// Attack: sockets to the local API that are opened, and say nothing, or never come to the end of what they say.
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createHome, endHome, type Home, type House, openHouse, somePorts } from '../server/house.ts';

const FIRST = somePorts();
const sockets = new Set<Socket>();
let home: Home;
let house: House;
let isOver = false;

beforeAll(async () => {
  home = await createHome();
});
afterEach(async () => {
  isOver = true;
  for (const socket of sockets) socket.destroy();
  await house.end();
});
afterAll(() => endHome(home));

/** So many that are opened again as they are cut off. */
async function besiege(port: number, count: number, words: () => string): Promise<void> {
  isOver = false;
  const open = (): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(words());
        resolve();
      });
      sockets.add(socket);
      socket.on('error', () => resolve());
      socket.on('close', () => {
        sockets.delete(socket);
        if (!isOver) void open();
      });
    });
  await Promise.all(Array.from({ length: count }, open));
}

test.each([
  ['say nothing', () => ''],
  ['never end their headers', () => 'GET /api/v1/health HTTP/1.1\r\nHost: 127.0.0.1'],
  ['have no token, and stay', () => `GET /api/v1/health HTTP/1.1\r\nHost: 127.0.0.1:${house.port()}\r\n\r\n`],
])('80 sockets that %s keep no request with the token out', async (_name, words) => {
  house = await openHouse(home, FIRST, { reads: [1_000, 1_000] });
  await besiege(house.port(), 80, words);
  const answers: unknown[] = [];
  for (let at = 0; at < 59; at += 1) {
    answers.push(
      await house.ask('/api/v1/machines').then(
        ({ status }) => status,
        (error: unknown) => String(error),
      ),
    );
  }
  expect(answers).toEqual(Array.from({ length: 59 }, () => 200));
});
