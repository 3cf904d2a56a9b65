// H2: a machine whose cron job comes every five minutes and has much to do each time. Its pushes come in bursts, and it is not called lost
// for them once its period could be measured.
import { insist } from '../story.ts';
import { createWorld, type World } from '../world.ts';

const MINUTE_MS = 60_000;

export async function busyCron(): Promise<World> {
  const world = createWorld(1);
  const right = { rate: 1, offsetMs: 0, countsSleep: true, env: [], slots: 2 };
  const steady = world.addComputer({ ...right, slots: 1 });
  const busy = world.addComputer(right);
  busy.runner.takesMs = 10;
  await world.sync(steady);
  await world.sync(busy);
  for (let minute = 1; minute <= 150; minute += 1) {
    world.pass(Math.max(0, minute * MINUTE_MS - world.nowMs()));
    await world.sync(steady);
    if (minute % 5 === 0) {
      for (const id of ['a', 'b', 'c', 'd'])
        await world.people.put({ id: `${id}${minute}`, assign: [2], run: 'true', attempts: 1, generation: 1 });
      await world.sync(busy);
    }
    const document = await world.hub.text('COMPUTER_1.md', 'refs/coord/machines/1');
    if (minute > 60 && /^lost_2: /m.test(document ?? ''))
      world.truth.violations.push({
        clause: 'H2',
        text: `machine 2 comes every five minutes, and is called lost after ${minute}`,
      });
  }
  insist(world, (world.truth.counts.get('syncs of several cycles') ?? 0) > 10, 'its pushes come one by one');
  return world;
}
