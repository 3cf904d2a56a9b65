// B9: a file that is too large to travel comes over the bell: by real daemons and a real broker, and by its words alone where some of them are lost.
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type TestMachine, until } from '../../e2e/fleet.ts';
import { bellFleet, connected, daemonOf, endBellFleets } from './bell-fleet.ts';
import { createMosquitto, hasMosquitto } from './broker.ts';

afterAll(endBellFleets);

const BYTES = 2_500_000;

/** Of two machines with a daemon each; the second has an order that left a file. */
async function leftOn(address: string | null): Promise<{ mac: TestMachine; pc: TestMachine; content: Buffer }> {
  const { all } = await bellFleet(address, 'mac', 'pc');
  const [mac, pc] = all as [TestMachine, TestMachine];
  const content = randomBytes(BYTES);
  mkdirSync(join(pc.home, 'app'));
  writeFileSync(join(pc.home, 'app', 'model.bin'), content);
  writeFileSync(join(pc.home, 'app', 'small.txt'), 'small\n');
  await pc.ok('allow', 'artifacts');
  await Promise.all([mac, pc].map((it) => (address === null ? daemonOf(it) : connected(it))));
  await mac.ok('order', 'add', 'build', '--for', 'pc', '--cwd', '~/app', '--artifacts', 'model.bin,small.txt', '--', 'true');
  await pc.ok('wait', 'build');
  await mac.ok('sync');
  return { mac, pc, content };
}

const got = (machine: TestMachine) => readFileSync(join(machine.home, 'into', 'model.bin'));
const get = (machine: TestMachine, ...words: readonly string[]) =>
  machine.coord(['artifacts', 'build', '--get', join(machine.home, 'into'), ...words]);

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
