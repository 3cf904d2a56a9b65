// A fleet whose machines demand no signatures writes, keeps and starts just what it would if there were none.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { endFleets } from '../../e2e/fleet.ts';
import { two } from '../../e2e/two.ts';
import { createFleet, machineAt } from '../../machine/world.ts';
import { keyOf } from './people.ts';

afterEach(endFleets);

test('T an open fleet: no commit, document or file says anything of trust, though people have keys', async () => {
  const { fleet, mac, pc } = await two();
  keyOf(mac);
  expect((await mac.here(['order', 'add', 'job', '--for', '2', '--approval', 'echo job >> ran'])).stderr).toBe('');
  await mac.ok('approve', 'job');
  await pc.ok('sync', '--wait');
  expect(pc.read('ran')).toBe('job\n');
  const paths = fleet.git('ls-tree', '-r', '--name-only', 'main').split('\n');
  expect(paths.filter((path) => /trust|SIGNATURES/i.test(path))).toEqual([]);
  expect(fleet.git('log', '--all', '--format=%B')).not.toContain('Coord-Signed');
  const lanes = fleet.git('for-each-ref', '--format=%(refname)', 'refs/coord/machines').split('\n');
  expect(lanes).toHaveLength(2);
  for (const lane of lanes) {
    const [, machine] = /(\d+)$/.exec(lane) ?? [];
    expect(fleet.git('log', '-1', '--format=%B', lane)).toMatch(/\n\nCoord-Machine: \d\nCoord-Seq: \d+\nCoord-Beat: \d+$/);
    expect(fleet.git('show', `${lane}:coordination/COMPUTER_${machine}.md`)).not.toMatch(/^key:/m);
  }
  for (const { coordHome } of [mac, pc]) {
    for (const name of ['trust', 'keys']) expect(existsSync(join(coordHome, name))).toBe(false);
    expect(readdirSync(coordHome).length).toBeGreaterThan(0);
  }
});

test('T5 an open machine keeps nothing of signatures in its journal, and a cycle asks for nothing more', async () => {
  const world = await createFleet(1);
  const one = machineAt(world, 0);
  world.orders([{ id: 'job', assign: 1, run: 'true' }]);
  const before = { ...one.calls };
  await one.cycle();
  const { fetch, write, push } = one.calls;
  expect([fetch - before.fetch, write - before.write, push - before.push]).toEqual([1, 1, 1]);
  const { seals, accepted, tried } = one.state();
  expect([seals, accepted?.beat, tried]).toEqual([undefined, undefined, null]);
});
