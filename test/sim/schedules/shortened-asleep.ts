// R3b: main's history is shortened twice while a machine sleeps, whose run has ended and which nobody heard of that. It goes on when it is back, with its
// result once, and so does the other: nobody halts. What it saw last stays both times, and nothing older.
import { laneOf } from '../check-lanes.ts';
import { MAIN } from '../sim-hub.ts';
import { heal, settle } from '../simulate.ts';
import { insist } from '../story.ts';
import { createWorld, type World } from '../world.ts';

const HOUR_MS = 3_600_000;

export async function shortenedAsleep(): Promise<World> {
  const world = createWorld(1);
  const right = { rate: 1, offsetMs: 0, countsSleep: true, env: [], hasDaemon: false };
  const [here, there] = [world.addComputer(right), world.addComputer(right)];
  for (let times = 0; times < 2; times += 1) for (const computer of [here, there]) await world.sync(computer);
  await world.people.put({ id: 'own', assign: 2, run: 'true', attempts: 1, generation: 1 });
  there.runner.takesMs = 60_000;
  await world.cycle(there);
  insist(world, there.state()?.active.length === 1, 'it runs nothing');
  there.line.cut = 'out';
  world.pass(2 * 60_000);
  await world.cycle(there);
  insist(world, there.state()?.ended.length === 1, 'it has not ended');
  const seen = there.state()?.main;
  const lane = world.hub.refs.get(laneOf(2));
  world.sleep(there, 4 * HOUR_MS);
  for (const id of ['a', 'b', 'c', 'd']) {
    await world.people.put({ id, assign: 1, run: 'true', attempts: 1, generation: 1 });
    world.pass(HOUR_MS / 2);
    await world.sync(here);
    const since = world.hub.mains.length - world.hub.mains.lastIndexOf(seen ?? '');
    if (id === 'b' || id === 'd') await world.compact(since);
    await world.sync(here);
  }
  insist(world, world.hub.refs.get(laneOf(2)) === lane, 'it did not sleep');
  insist(world, !(await world.hub.eye.follows(seen ?? '', world.hub.refs.get(MAIN) ?? '')), 'main was not shortened');
  world.pass(4 * HOUR_MS);
  there.line.cut = 'none';
  await heal(world);
  insist(world, world.truth.counts.get('halts that people ended') === undefined, 'somebody halted');
  await settle(world);
  insist(world, world.truth.executions.length === 5, 'not each order ran once');
  return world;
}
