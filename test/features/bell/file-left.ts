// What the tests of files share with the long ones.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestMachine } from '../../e2e/fleet.ts';
import { bellFleet, connected, daemonOf } from './bell-fleet.ts';

export const BYTES = 2_500_000;

/** Of two machines with a daemon each; the second has an order that left a file. */
export async function leftOn(address: string | null): Promise<{ mac: TestMachine; pc: TestMachine; content: Buffer }> {
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

export const got = (machine: TestMachine) => readFileSync(join(machine.home, 'into', 'model.bin'));

export const get = (machine: TestMachine, ...words: readonly string[]) =>
  machine.coord(['artifacts', 'build', '--get', join(machine.home, 'into'), ...words]);
