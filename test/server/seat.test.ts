// Where the local API listens, and what it does to the daemon: nothing.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createTurns } from '../../src/operations/sync/concurrency-limit.ts';
import { sync } from '../../src/operations/sync/sync.ts';
import { createRate } from '../../src/server/guard/rate.ts';
import { apiCompanion } from '../../src/server/stream/companion.ts';
import { apiPaths, readApiRecord } from '../../src/system/fleet/api-files.ts';
import { until } from '../e2e/fleet.ts';
import { createHome, endHome, type Home, type House, openHouse, somePorts } from './house.ts';

const FIRST = somePorts();
let home: Home;
let house: House | null = null;
const others: Server[] = [];

beforeAll(async () => {
  home = await createHome();
});
afterEach(async () => {
  await house?.end();
  house = null;
  for (const other of others.splice(0)) other.close();
});
afterAll(() => endHome(home));

function take(port: number, host = '127.0.0.1'): Promise<Server> {
  const other = createServer();
  others.push(other);
  return new Promise((resolve, reject) => {
    other.once('error', reject);
    other.listen(port, host, () => resolve(other));
  });
}

const settings = (text: string) => writeFileSync(apiPaths(home.folder).settings, text);

describe('the port', () => {
  test('the next one that is free, on both loopback addresses', async () => {
    settings('');
    await take(FIRST);
    const hasIpv6 = await take(FIRST + 1, '::1').then(
      () => true,
      () => false,
    );
    house = await openHouse(home, FIRST);
    expect(house.port()).toBe(FIRST + (hasIpv6 ? 2 : 1));
    expect(house.log).toEqual([`the local API answers on http://127.0.0.1:${house.port()}`]);
    expect((await house.ask('/api/v1/health')).status).toBe(200);
  });

  test('one that was set by hand and is taken is said once, and had once it is free', async () => {
    const port = FIRST + 20;
    settings(`port: ${port}\n`);
    const other = await take(port);
    house = await openHouse(home, FIRST, { lookMs: 50 });
    expect(readApiRecord(house.folder)).toMatchObject({ url: null, trouble: `port ${port} is taken by other programs` });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(house.log).toEqual([expect.stringContaining(`port ${port} is taken`)]);
    other.close();
    await until('it listens', () => house?.log.length === 2);
    expect(house.port()).toBe(port);
  });

  test('the settings are obeyed as they are saved; a mistake in them shuts it', async () => {
    settings('');
    house = await openHouse(home, FIRST);
    const { folder, log } = house;
    settings(`port: ${FIRST + 30}\n`);
    await until('another port', () => readApiRecord(folder)?.url?.endsWith(String(FIRST + 30)) === true);
    settings('enable: false\n');
    await until('off', () => readApiRecord(folder)?.url === null);
    expect(log.at(-1)).toMatch(/off until this is fixed: .*line 1: expected enabled, port, address, found a key "enable"$/);
    await expect(house.ask('/api/v1/health')).rejects.toThrow();
    settings('enabled: false\n');
    await until('off', () => log.at(-1) === 'the local API is off: coord api on');
    settings('');
    await until('on', () => readApiRecord(folder)?.url !== null);
    // A documentation address: no computer has it.
    settings('address: 192.0.2.1\n');
    await until('not there', () => readApiRecord(folder)?.trouble != null);
    expect(log.at(-1)).toMatch(/answers on http:\/\/127\.0\.0\.1:\d+, but not on 192\.0\.2\.1: EADDRNOTAVAIL$/);
    expect((await house.ask('/api/v1/health')).status).toBe(200);
    await house.end();
    expect(readApiRecord(folder)).toBe(null);
  });
});

test('it hears changes before it answers: nobody who is greeted misses one', async () => {
  settings('');
  const world = { ...home.world, env: { ...home.world.env, COORD_API_FIRST_PORT: String(FIRST + 40) } };
  const heard: string[] = [];
  const onSynced = () => {
    heard.push(readApiRecord(home.folder)?.url ?? 'nowhere');
    return () => {};
  };
  const handle = { log: () => {}, wake: () => {}, look: () => {}, told: () => {}, onSynced };
  const { end } = await apiCompanion(world, home.folder).start(handle);
  expect(readApiRecord(home.folder)?.url).toContain('http://127.0.0.1:');
  await end();
  expect(heard).toEqual(['nowhere']);
});

/** Requests as fast as they go, on many connections, some good and some not; and a stream that never reads. */
const FLOOD = `
const net = require('node:net');
const [port, token] = [Number(process.argv[1]), process.argv[2]];
const one = (path, token) => 'GET ' + path + ' HTTP/1.1\\r\\nHost: 127.0.0.1:' + port + '\\r\\nAuthorization: Bearer ' + token + '\\r\\n\\r\\n';
const go = (text) => {
  const socket = net.connect(port, '127.0.0.1');
  socket.on('connect', () => socket.write(text)).on('data', () => {}).on('error', () => {});
  socket.on('close', () => setImmediate(go, text));
};
for (let at = 0; at < 60; at += 1) go(one(['/api/v1/fleet', '/api/v1/timeline', '/nothing'][at % 3], at % 2 ? token : 'wrong').repeat(5));
console.log('go');
`;

test('a client that asks as fast as it can keeps no sync from going on', async () => {
  settings('');
  house = await openHouse(home, FIRST);
  const { world, folder } = house;
  const took = async () => {
    const startedMs = performance.now();
    expect((await sync(world, folder)).trouble).toBe(null);
    return performance.now() - startedMs;
  };
  const aloneMs = await took();
  const flood = spawn(process.execPath, ['-e', FLOOD, String(house.port()), house.token()], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await new Promise((resolve) => flood.stdout.once('data', resolve));
    await new Promise((resolve) => setTimeout(resolve, 500));
    const floodedMs = [await took(), await took(), await took()];
    console.log(`a sync took ${Math.round(aloneMs)} ms alone, and ${floodedMs.map(Math.round).join(', ')} ms in a flood`);
    expect(Math.max(...floodedMs)).toBeLessThan(10_000 + 10 * aloneMs);
  } finally {
    flood.kill('SIGKILL');
  }
});

test('a rate lets so many through at once, and then so many a second', () => {
  let nowMs = 0;
  const rate = createRate(10, 3, () => nowMs);
  expect([rate.take(), rate.take(), rate.take(), rate.take()]).toEqual([0, 0, 0, 100]);
  nowMs = 50;
  expect(rate.take()).toBe(50);
  nowMs = 100;
  expect([rate.take(), rate.take()]).toEqual([0, 100]);
  nowMs = 60_000;
  expect(Array.from({ length: 4 }, () => rate.take()).filter((ms) => ms === 0).length).toBe(3);
});

test('so many take their turn at once, so many wait, and the next one is told to come again', async () => {
  const { take } = createTurns(1, 1);
  const ends: (() => void)[] = [];
  const work = (name: string) => () => new Promise<string>((resolve) => ends.push(() => resolve(name)));
  const first = take(work('first'));
  const second = take(work('second'));
  await expect(take(work('third'))).rejects.toMatchObject({ code: 'BUSY' });
  expect(ends.length).toBe(1);
  ends[0]?.();
  expect(await first).toBe('first');
  await until('its turn', () => ends.length === 2);
  ends[1]?.();
  expect(await second).toBe('second');
  await expect(take(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await take(async () => 'next')).toBe('next');
});

test('who is gone before its turn makes room for the next one, and nothing is done for it', async () => {
  const { take } = createTurns(1, 1);
  const done: string[] = [];
  const work = (name: string) => async () => void done.push(name);
  let end = () => {};
  const first = take(() => new Promise<void>((resolve) => (end = resolve)));
  const leaving = new AbortController();
  const left = take(work('left'), leaving.signal);
  leaving.abort();
  await expect(left).rejects.toMatchObject({ code: 'BUSY' });
  const next = take(work('next'), new AbortController().signal);
  end();
  await Promise.all([first, next]);
  await expect(take(work('late'), leaving.signal)).rejects.toMatchObject({ code: 'BUSY' });
  expect(await take(async () => 'free')).toBe('free');
  expect(done).toEqual(['next']);
});
