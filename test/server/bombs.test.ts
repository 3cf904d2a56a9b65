// Requests that would cost more than they are worth: found before anything is parsed.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isJsonBomb } from '../../src/server/guard/json-bomb.ts';
import { createHome, endHome, type Home, type House, openHouse, somePorts } from './house.ts';

const many = (count: number, text: string) => Array.from({ length: count }, () => text).join(',');

describe('what is a bomb', () => {
  test.each([
    ['a list', `[${many(10_001, '1')}]`],
    ['lists in lists', '['.repeat(10_001)],
    ['an object', `{${many(10_001, '"a":1')}}`],
    ['lists of few', `[${many(3_000, '[1,2,3]')}]`],
    ['one long word', 'x'.repeat(100_000)],
    ['a number', '1'.repeat(100_000)],
    ['behind a comment with a quote', `// "\n[${many(10_001, '1')}]`],
    ['behind another quote', `[“,",${many(10_001, '1')}]`],
    ['behind a string without an end', `["\n${many(10_001, '1')}]`],
  ])('%s', (_name, text) => expect(isJsonBomb(text)).toBe(true));

  test.each([
    ['long text full of brackets', JSON.stringify({ body: '[{,"\\'.repeat(20_000) })],
    [
      'an order with many steps',
      JSON.stringify({ steps: Array.from({ length: 500 }, (_, at) => ({ id: `s${at}`, run: 'true' })) }),
    ],
    ['much space', `{${' \n'.repeat(100_000)}}`],
    ['no JSON', '{"a": // so'],
  ])('not %s', (_name, text) => expect(isJsonBomb(text)).toBe(false));

  test('given up at once', () => {
    const many = (count: number) => `[${'1,'.repeat(count)}1]`;
    // Of this process alone, and one text beside the other: a computer that is busy or slow is so for both.
    const spent = (text: string) => {
      const before = process.cpuUsage();
      for (let count = 0; count < 100; count += 1) isJsonBomb(text);
      return process.cpuUsage(before).user;
    };
    spent(many(20_000));
    expect(spent(many(2_000_000))).toBeLessThan(10 * spent(many(20_000)) + 20_000);
  });
});

describe('over HTTP', () => {
  let home: Home;
  let house: House;
  beforeAll(async () => {
    home = await createHome();
    house = await openHouse(home, somePorts(), { acts: [1000, 1000] });
  });
  afterAll(async () => {
    await house.end();
    endHome(home);
  });
  const statusOf = async (path: string, body: string) => (await house.ask(`/api/v1/${path}`, { body })).status;

  test('400 where one is a bomb, and names are not all given back', async () => {
    const bomb = await house.ask('/api/v1/orders', { body: `[${many(10_001, '1')}]` });
    expect([bomb.status, bomb.json.error.message]).toEqual([400, 'expected JSON with fewer entries']);
    const names = Array.from({ length: 900 }, (_, at) => `"n${at}":1`).join(',');
    const answer = await house.ask('/api/v1/messages', { body: `{"to":2,"body":"x",${names}}` });
    expect(answer.json.error.message).toMatch(/unknown field "n0"; .* and 895 more$/);
  });

  test('413: half a MiB for what has text, 4 KiB for what has not', async () => {
    const text = (bytes: number) => JSON.stringify({ to: '0', body: 'x'.repeat(bytes) });
    expect(await statusOf('messages', text(100_000))).toBe(400);
    expect(await statusOf('messages', text(524_288))).toBe(413);
    for (const path of ['sync', 'pause', 'bus/guest/take', 'bus/guest/ack', 'orders/x/cancel', 'instances/x/start'])
      expect(await statusOf(path, `{"id":"${'x'.repeat(4_096)}"}`), path).toBe(413);
  });
});
