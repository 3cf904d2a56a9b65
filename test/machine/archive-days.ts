// A fleet whose days pass, and what of its list is in the archive then (D11).
import { expect } from 'vitest';
import { parseArchive } from '../../src/documents/archive/archive.ts';
import { createFleet, quiet, type SimMachine, type World } from './world.ts';

export const DAY_MS = 86_400_000;
export const run = (id: string, more: object = {}) => ({ id, assign: 1, run: 'true', ...more });

/** Days pass, each with a cycle of every machine that is not asleep, so that all of them are seen to live. */
export async function days(world: World, count: number, machines: readonly SimMachine[] = world.machines): Promise<void> {
  for (let day = 0; day < count; day += 1) {
    world.pass(DAY_MS);
    for (const machine of [...machines, ...machines]) await machine.cycle();
  }
}

export const listed = async (world: World): Promise<readonly string[]> => {
  const { orders } = JSON.parse((await world.text('ORDERS.json')) ?? '{}') as { orders: { id: string }[] };
  return orders.map(({ id }) => id);
};

export async function archived(world: World, part = '2026-11') {
  return parseArchive((await world.text(`archive/${part}.jsonl`)) ?? '');
}

export async function ran(orders: readonly object[], keep = '2d'): Promise<World> {
  const world = await createFleet(2);
  world.person({ 'fleet.yaml': `keep: ${keep}\nheartbeat: 24h\n` });
  world.orders(orders);
  for (let round = 0; round < 4; round += 1) await quiet(world);
  return world;
}

/** The next cycle of machine 1 archives, and the other one has just been seen. */
export async function atTheDoor(
  orders: readonly object[] = [run('a'), run('b')],
): Promise<{ world: World; one: SimMachine; two: SimMachine }> {
  const world = await ran(orders);
  const [one, two] = world.machines;
  if (one === undefined || two === undefined) throw new Error('no machine');
  for (let day = 0; one.state().archiveFrom === undefined && day < 9; day += 1) await days(world, 1);
  expect(one.state().archiveFrom).toBeDefined();
  for (let hour = 0; hour < 24; hour += 1) {
    world.pass(DAY_MS / 24);
    await two.cycle();
    if (hour < 23) await one.cycle();
  }
  return { world, one, two };
}
