// R8: as many machines count as fleet.yaml says, from the lowest number.
import { expect, test } from 'vitest';
import { createFleet, type SimMachine } from './world.ts';

const FLEET = (max: number) => ({ 'fleet.yaml': `machines_max: ${max}\n` });

test("R8 nobody joins beyond machines_max; who has left takes nobody's place", async () => {
  const world = await createFleet(2);
  world.person(FLEET(2));
  const late = world.addMachine('late');
  await expect(late.join()).rejects.toMatchObject({
    code: 'REFUSED',
    message: 'the fleet has 2 machines, and machines_max is 2',
    hint: expect.stringContaining('machines_max'),
  });
  world.person(FLEET(3));
  expect((await late.join()).machine).toBe(3);
});

test('R8 a machine beyond it starts and pushes nothing, and the others go on without it', async () => {
  const world = await createFleet(3);
  const [one, , third] = world.machines as [SimMachine, SimMachine, SimMachine];
  world.person(FLEET(2));
  world.orders([
    { id: 'his', assign: 3, run: 'true' },
    { id: 'ours', assign: 'any', run: 'true' },
  ]);
  const pushes = third.calls.push;
  for (let round = 0; round < 4; round += 1) {
    world.pass(20_000);
    for (const machine of world.machines) await machine.cycle();
  }
  expect([third.calls.push, third.runner.starts]).toEqual([pushes, []]);
  expect(Object.keys(one.state().observed)).toEqual(['2']);
  const { faults, orders } = await world.status();
  expect(faults.map(({ document, message }) => `${document}: ${message}`)).toEqual([
    expect.stringContaining('fleet.yaml: expected at most 2 machines'),
  ]);
  expect(orders.ours?.state).toBe('COMPLETED');
  world.person(FLEET(3));
  for (let round = 0; round < 4; round += 1) {
    world.pass(20_000);
    for (const machine of world.machines) await machine.cycle();
  }
  expect(third.runner.starts.map(({ order }) => order)).toEqual(['his']);
});
