// A fleet whose days pass, and what of its list is in the archive then (D11).
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
