// B9: a file that is too large to travel comes over the bell: by real daemons and a real broker, and by its words alone where some of them are lost.
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { until } from '../../e2e/fleet.ts';
import { endBellFleets } from './bell-fleet.ts';
import { createMosquitto, hasMosquitto } from './broker.ts';
import { BYTES, get, got, leftOn } from './file-left.ts';

afterAll(endBellFleets);

describe.runIf(hasMosquitto)('over mosquitto', () => {
  test.concurrent('B9 what cannot be had is said with the reason: not allowed, gone, nobody answers', async () => {
    const { address } = await createMosquitto();
    const { mac, pc } = await leftOn(address);
    const said = async () => (await get(mac)).stderr.split('\n')[0];
    await pc.ok('deny', 'artifacts');
    expect(await said()).toBe(
      'not fetched: model.bin (2500 kB): on machine 2, which publishes no files: coord allow artifacts there',
    );
    await pc.ok('allow', 'artifacts');
    const runs = join(pc.folder, '.coord', 'artifacts', 'runs');
    const [run = ''] = readdirSync(runs);
    writeFileSync(join(runs, run, '0'), randomBytes(BYTES));
    expect(await said()).toBe('not fetched: model.bin (2500 kB): on machine 2, which sends something else than its result names');
    await pc.coord(['daemon', 'stop']);
    expect(await said()).toBe('not fetched: model.bin (2500 kB): on machine 2, whose daemon does not answer over the bell');
    expect(readFileSync(join(mac.home, 'into', 'small.txt'), 'utf8')).toBe('small\n');
    expect(existsSync(join(mac.home, 'into', 'model.bin'))).toBe(false);
  });

  test.concurrent('B9 a broker that is killed in the midst of it and started again: it goes on where it was', async () => {
    const broker = await createMosquitto();
    const { mac, content } = await leftOn(broker.address);
    const getting = mac.start(['artifacts', 'build', '--get', join(mac.home, 'into')]);
    const coming = join(mac.folder, '.coord', 'getting');
    const isUnderWay = () => {
      const all = (existsSync(coming) ? readdirSync(coming) : []).map((name) => statSync(join(coming, name)));
      return all.some((it) => it.isFile() && it.size > 0 && it.size < BYTES);
    };
    await until('some of it is here', isUnderWay);
    await broker.kill();
    await broker.start();
    expect((await getting.done).code).toBe(0);
    expect(got(mac).equals(content)).toBe(true);
  });
});
