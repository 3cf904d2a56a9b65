// A crowd at one real broker that is killed and started again: how fast all are back, and how many come in one second.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createLink, type Link } from '../../../src/features/bell/adapters/link.ts';
import { newBellKey } from '../../../src/features/bell/system/bell-keys.ts';
import { credentialsFor } from '../../../src/features/bell/system/credentials.ts';
import { fleetFolderAt } from '../../../src/system/fleet/fleet-folder.ts';
import { chanceOf } from '../../chaos/chance.ts';
import { createMosquitto, endBrokers, hasMosquitto } from './broker.ts';

const MACHINES = 200;
const root = mkdtempSync(join(tmpdir(), 'coord-crowd-'));
const links: Link[] = [];

afterAll(async () => {
  await Promise.all(links.map((link) => link.end()));
  await endBrokers();
  rmSync(root, { recursive: true, force: true });
});

test.skipIf(!hasMosquitto)('B10 200 machines are back within 60 s, at most 20 in any second', async () => {
  const broker = await createMosquitto();
  const bell = { ...newBellKey(), address: broker.address, old: [] };
  const chance = chanceOf(7);
  const up = new Set<number>();
  const backAtMs: number[] = [];
  let changed = () => {};
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise<void>((resolve) => (changed = resolve));
  };
  for (let machine = 1; machine <= MACHINES; machine += 1)
    links.push(
      createLink(
        {
          ...{ folder: fleetFolderAt(join(root, String(machine))), machine, address: broker.address, bell },
          ...{
            credentials: () => credentialsFor(root, broker.address, bell),
            nowMs: Date.now,
            fraction: () => chance.fraction(),
            machines: () => MACHINES,
          },
        },
        {
          up() {
            up.add(machine);
            backAtMs.push(performance.now());
            changed();
          },
          down() {
            up.delete(machine);
            changed();
          },
          ...{ heard: () => {}, dropped: () => {}, bug: () => {} },
        },
      ),
    );
  await until(() => up.size === MACHINES);
  await broker.kill();
  await until(() => up.size === 0);
  backAtMs.length = 0;
  await broker.start();
  const begunMs = performance.now();
  await until(() => up.size === MACHINES);
  expect(performance.now() - begunMs).toBeLessThan(60_000);
  const within = (from: number) => backAtMs.filter((at) => at >= from && at < from + 1000).length;
  expect(Math.max(...backAtMs.map(within))).toBeLessThanOrEqual(MACHINES / 10);
});
