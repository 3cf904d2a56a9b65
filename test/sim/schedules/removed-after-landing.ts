// R5: an edit landed, its answer was lost, and a person has taken the order out again since: it does not come back.
import { insist } from '../story.ts';
import { createWorld, type World } from '../world.ts';

export async function removedAfterLanding(): Promise<World> {
  const world = createWorld(1);
  const { hub, people, truth } = world;
  const one = world.addComputer({ rate: 1, offsetMs: 0 });
  await world.cycle(one);
  await world.cycle(one);
  const order = { id: 'once', assign: 9, run: 'true' };
  one.disk.outbox.push({ id: 'edit', recordedAt: '2026-11-20T22:00:00.000Z', edit: { kind: 'add', order } });
  await one.begin();
  // The fetch is answered, and the push is not.
  while (one.isBusy) {
    if (one.parked?.what === 'push answered') one.line.cut = 'back';
    await world.goOn(one);
  }
  one.line.cut = 'none';
  const isListed = (await people.listed()).some(({ id }) => id === 'once');
  insist(world, isListed, 'the edit did not land');
  insist(world, one.disk.outbox.length === 1, 'its answer was not lost');
  await people.remove('once');
  await world.cycle(one);
  await world.cycle(one);
  if ((await hub.text('ORDERS.json'))?.includes('once'))
    truth.violations.push({ clause: 'R5', text: 'an order that a person took out came back' });
  return world;
}
