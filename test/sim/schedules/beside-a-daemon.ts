// C4a: a daemon that has a result to report, and nothing to look for, goes by what a `coord sync` beside it has seen meanwhile: a beat
// of another machine, which moves its lane and nothing else. That sync had nothing to push, so nothing but what it saw tells of it.
import { laneOf } from '../check-lanes.ts';
import { MAIN } from '../sim-hub.ts';
import { insist } from '../story.ts';
import { createWorld, type World } from '../world.ts';

export async function besideADaemon(): Promise<World> {
  const world = createWorld(1);
  const right = { rate: 1, offsetMs: 0, countsSleep: true, env: [], hasDaemon: true };
  const [here, there] = [world.addComputer(right), world.addComputer(right)];
  for (let times = 0; times < 2; times += 1) for (const computer of [here, there]) await world.sync(computer);
  const stands = (ref: string) => world.hub.refs.get(ref);
  // Until the beat of the other machine is due: this one goes on beating meanwhile.
  for (let times = 0; times < 4; times += 1) {
    world.pass(15_000);
    await world.sync(here, 'daemon');
  }
  here.runner.takesMs = 90_000;
  await world.people.put({ id: 'own', assign: 1, run: 'true', attempts: 1, generation: 1 });
  const before = stands(laneOf(here.number));
  await world.sync(here, 'daemon');
  insist(world, here.runner.isBusy(), 'its daemon has started nothing');
  // Until the daemon has said so: the other process must have nothing to say.
  for (let times = 0; times < 3 && stands(laneOf(here.number)) === before; times += 1) {
    world.pass(15_000);
    await world.sync(here, 'daemon');
  }
  insist(world, stands(laneOf(here.number)) !== before, 'the daemon has not said that it runs');
  const [main, own, other] = [MAIN, laneOf(here.number), laneOf(there.number)].map(stands);
  world.pass(20_000);
  await world.sync(there);
  insist(world, stands(laneOf(there.number)) !== other && stands(MAIN) === main, 'the other machine has not only beaten');
  await world.sync(here);
  insist(world, stands(laneOf(here.number)) === own, 'the sync beside the daemon has pushed');
  for (let times = 0; times < 6 && here.runner.isBusy(); times += 1) world.pass(15_000);
  insist(world, here.runner.isBusy() === false, 'its run goes on');
  await world.sync(here, 'daemon');
  insist(world, stands(laneOf(here.number)) !== own, 'the daemon has reported nothing');
  insist(world, (world.truth.counts.get('cycles without a fetch') ?? 0) > 0, 'the daemon has looked itself');
  return world;
}
