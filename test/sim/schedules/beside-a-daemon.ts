// C4a: a daemon that has a result to report, and nothing to look for, goes by what a `coord sync` beside it has seen meanwhile.
import type { StatusDocument } from '../../../src/core/model/status.ts';
import { insist } from '../story.ts';
import { createWorld, type World } from '../world.ts';

export async function besideADaemon(): Promise<World> {
  const world = createWorld(1);
  const right = { rate: 1, offsetMs: 0, countsSleep: true, env: [], hasDaemon: true };
  const [here, there] = [world.addComputer(right), world.addComputer(right)];
  for (let times = 0; times < 2; times += 1) for (const computer of [here, there]) await world.sync(computer);
  here.runner.takesMs = 90_000;
  await world.people.put({ id: 'own', assign: 1, run: 'true', attempts: 1, generation: 1 });
  await world.sync(here, 'daemon');
  insist(world, here.runner.isBusy(), 'its daemon has started nothing');
  // Until the daemon's turn has come to say so: the other process must have nothing to say.
  for (let times = 0; times < 3; times += 1) {
    world.pass(15_000);
    await world.sync(here, 'daemon');
  }
  Object.assign(there.runner, { takesMs: 10, exitsWith: 1 });
  await world.people.put({ id: 'x', assign: 2, run: 'true', attempts: 1, generation: 1 });
  await world.sync(there);
  world.pass(5_000);
  await world.sync(there);
  await world.sync(here);
  insist(
    world,
    (JSON.parse((await world.hub.text('STATUS.json')) ?? '{}') as StatusDocument).orders.x?.state === 'FAILED',
    'x has not failed',
  );
  world.pass(50_000);
  await world.sync(here, 'daemon');
  insist(world, (world.truth.counts.get('cycles without a fetch') ?? 0) > 0, 'the daemon has looked itself');
  return world;
}
