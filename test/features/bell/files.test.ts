// B9: a file that is too large to travel comes over the bell: by real daemons and a real broker, and by its words alone where some of them are lost.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { endBellFleets } from './bell-fleet.ts';
import { createMosquitto, hasMosquitto } from './broker.ts';
import { get, got, leftOn } from './file-left.ts';

afterAll(endBellFleets);

test('A3.4 without a bell a large file stays where it is, and that is said', async () => {
  const { mac } = await leftOn(null);
  const { code, stderr } = await get(mac);
  expect([code, stderr.split('\n')[0]]).toEqual([1, 'not fetched: model.bin (2500 kB): on machine 2']);
  expect(readdirSync(join(mac.home, 'into'))).toEqual(['small.txt']);
});

describe.runIf(hasMosquitto)('over mosquitto', () => {
  test.concurrent('B9 a file that does not travel comes from its machine, whole, and only once', async () => {
    const { address } = await createMosquitto();
    const { mac, pc, content } = await leftOn(address);
    const first = await get(mac);
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(createHash('sha256').update(got(mac)).digest('hex')).toBe(createHash('sha256').update(content).digest('hex'));
    expect(readdirSync(join(mac.folder, '.coord', 'getting'))).toEqual([]);
    // What is there already is asked of nobody; another file is in the way, and that is said before anything comes.
    await pc.ok('daemon', 'stop');
    expect((await get(mac)).code).toBe(0);
    writeFileSync(join(mac.home, 'into', 'model.bin'), 'mine');
    const refused = await get(mac);
    expect([refused.code, refused.stderr]).toEqual([5, expect.stringContaining('model.bin: it is there already')]);
    expect(String(got(mac))).toBe('mine');
    // Also where what is in the way is a file that travels.
    rmSync(join(mac.home, 'into', 'model.bin'));
    writeFileSync(join(mac.home, 'into', 'small.txt'), 'mine');
    const small = await get(mac);
    expect([small.code, small.stderr]).toEqual([5, expect.stringContaining('small.txt: it is there already')]);
    expect(existsSync(join(mac.home, 'into', 'model.bin'))).toBe(false);
  });
});
