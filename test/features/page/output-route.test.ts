// The output of a run as the page is told it: what there is, then what comes, to its end; a bounded number of listeners.
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { followOutput } from '../../../src/features/page/operations/follow-output.ts';
import type { Said } from '../../../src/features/page/rules/bounded-say.ts';
import type { Feature } from '../../../src/operations/feature.ts';
import { createHome, endHome, type Home, type House, openHouse, somePorts } from '../../server/house.ts';

let home: Home;
let house: House;

beforeAll(async () => {
  home = await createHome();
  house = await openHouse(home, somePorts(), { pingMs: 200 });
});

afterAll(async () => {
  await house.end();
  endHome(home);
});

/** A run that has begun here. */
function run(order: string, text: string): string {
  const folder = join(home.folder.runs, `${order}-1.1-abc`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'spec.json'), '{}');
  writeFileSync(join(folder, 'output.log'), text);
  return folder;
}

interface Listener {
  /** All that came, as it came. */
  raw(): string;
  readonly response: IncomingMessage;
  /** Resolves with all that was told, once it holds. */
  until(
    holds: (lines: readonly { text?: string; over?: boolean }[]) => boolean,
  ): Promise<readonly { text?: string; isCut?: true }[]>;
}

function asked(order: string, query = '') {
  const headers = { authorization: `Bearer ${house.token()}` };
  const path = `/api/v1/page/orders/${order}/output${query}`;
  return { host: '127.0.0.1', port: house.port(), path, headers, agent: false };
}

function listen(order: string, query = ''): Promise<Listener> {
  return new Promise((resolve, reject) => {
    get(asked(order, query), (response) => {
      let text = '';
      const told = () =>
        text
          .split('\n')
          .slice(0, -1)
          // One that is empty says that somebody is there.
          .filter((line) => line !== '')
          .map((line) => JSON.parse(line) as { text?: string; isCut?: true; over?: boolean });
      response.on('data', (chunk) => {
        text += String(chunk);
      });
      resolve({
        response,
        raw: () => text,
        until: (holds) =>
          new Promise((done) => {
            const look = () => (holds(told()) ? done(told()) : response.once('data', look));
            look();
          }),
      });
    }).on('error', reject);
  });
}

const textOf = (lines: readonly { text?: string }[]) => lines.map(({ text = '' }) => text).join('');

test('what there is comes at once, then what is written, and the end when the run is over', async () => {
  const folder = run('talks', 'one\n');
  const { until, response } = await listen('talks');
  expect(response.headers['content-type']).toBe('application/x-ndjson');
  await until((lines) => textOf(lines) === 'one\n');
  appendFileSync(join(folder, 'output.log'), 'two ✓\n');
  await until((lines) => textOf(lines) === 'one\ntwo ✓\n');
  appendFileSync(join(folder, 'output.log'), 'three\n');
  writeFileSync(join(folder, 'exit.json'), '{}');
  const all = await until((lines) => lines.at(-1)?.over === true);
  expect(textOf(all)).toBe('one\ntwo ✓\nthree\n');
});

test('of a long log the end is told, and that it is the end; who wants all of it gets that', async () => {
  const folder = run('long', `begin\n${'x'.repeat(300_000)}end\n`);
  writeFileSync(join(folder, 'exit.json'), '{}');
  const { until } = await listen('long');
  const all = await until((lines) => lines.at(-1)?.over === true);
  expect(all[0]?.isCut).toBe(true);
  expect(textOf(all)).toHaveLength(256 * 1024);
  expect(textOf(all).endsWith('end\n')).toBe(true);
  const whole = await (await listen('long', '?whole=true')).until((lines) => lines.at(-1)?.over === true);
  expect([whole[0]?.isCut, textOf(whole).length]).toEqual([undefined, 300_010]);
  expect((await house.ask('/api/v1/page/orders/long/output?whole=yes')).status).toBe(400);
});

test('O9 what an earlier run wrote is not told as the output of a later one', async () => {
  const { view } = home.folder;
  const before = readFileSync(view, 'utf8');
  const listed = (orders: unknown) => writeFileSync(view, JSON.stringify({ ...JSON.parse(before), orders }));
  writeFileSync(join(run('again', 'by the first\n'), 'exit.json'), '{}');
  const told = async () => textOf(await (await listen('again')).until((lines) => lines.at(-1)?.over === true));
  expect(await told()).toBe('by the first\n');
  listed({ again: { state: 'COMPLETED', machine: 2, attempt: 2 } });
  expect(await told()).toBe('');
  listed({ again: { state: 'FAILED', machine: 2, attempt: 2, tail: 'by the second\n' } });
  expect(await told()).toBe('by the second\n');
  writeFileSync(view, before);
});

test('T8.5 lines that came over the bell are told as a hint, and what was reported is not', async () => {
  const { view } = home.folder;
  const before = readFileSync(view, 'utf8');
  const orders = { far: { state: 'IN_PROGRESS', machine: 2, attempt: 1, tail: 'reported\n' } };
  writeFileSync(view, JSON.stringify({ ...JSON.parse(before), orders }));
  const gone = new AbortController();
  const told: Said[] = [];
  const live: Feature['live'] = async (_folder, _asked, heard) => {
    heard({ machine: 2, text: 'over the bell\n', isCut: false });
    gone.abort();
    return { end: async () => {} };
  };
  const world = { ...home.world, features: async () => [{ live } as Feature] };
  await followOutput(world, home.folder, 'far', { signal: gone.signal, isWhole: false, say: async (it) => void told.push(it) });
  writeFileSync(view, before);
  expect(told).toEqual([
    { text: 'reported\n', machine: 2 },
    { text: 'over the bell\n', machine: 2, isHint: true },
  ]);
});

test('an order that nobody knows is refused; so is a ninth listener, until one is gone', async () => {
  expect((await house.ask('/api/v1/page/orders/nobody/output')).status).toBe(404);
  run('watched', 'x\n');
  const all = await Promise.all(Array.from({ length: 8 }, () => listen('watched')));
  expect((await house.ask('/api/v1/page/orders/watched/output')).status).toBe(503);
  all[0]?.response.destroy();
  for (;;) {
    const next = await listen('watched');
    const { statusCode } = next.response;
    next.response.destroy();
    if (statusCode === 200) break;
  }
  for (const { response } of all) response.destroy();
});

test('one that goes before it is answered, or that asks for the head alone, makes room for another one', async () => {
  run('early', 'x\n');
  for (let at = 0; at < 8; at += 1) {
    const early = get(asked('early')).on('error', () => {});
    early.on('socket', (socket) => socket.on('connect', () => setTimeout(() => early.destroy(), 20)));
    await new Promise((resolve) => early.on('close', resolve));
  }
  await expect.poll(() => isFree('early')).toBe(true);
  for (let at = 0; at < 8; at += 1)
    await new Promise((resolve) =>
      request({ ...asked('early'), method: 'HEAD' }, resolve)
        .on('error', resolve)
        .end(),
    );
  await expect.poll(() => isFree('early')).toBe(true);
});

test('whoever is told nothing for a while gets an empty line, again and again', async () => {
  run('silent', 'one\n');
  const { until, raw, response } = await listen('silent');
  await until((lines) => textOf(lines) === 'one\n');
  await expect.poll(() => /^[^\n]+\n\n\n/.test(raw())).toBe(true);
  response.destroy();
});

test('a listener that takes nothing makes room for another one', async () => {
  const folder = run('heavy', 'x');
  const deaf = await Promise.all(Array.from({ length: 8 }, () => listen('heavy')));
  for (const { response } of deaf) response.pause();
  // More than all sockets on the way take.
  writeFileSync(join(folder, 'output.log'), 'x'.repeat(20_000_000));
  await expect.poll(() => isFree('heavy'), { timeout: 60_000, interval: 200 }).toBe(true);
  for (const { response } of deaf) response.destroy();
});

/** Somebody more may listen. */
async function isFree(order: string): Promise<boolean> {
  const { response } = await listen(order);
  const { statusCode } = response;
  response.destroy();
  return statusCode === 200;
}
