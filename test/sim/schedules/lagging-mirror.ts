// C4a, R3a: behind a mirror that lags, a fetch shows a machine its own lane as it was before its last push, though a process of it
// has shown it since. That is what the host shows, and no memory of a process; the next fetch that has it is in force again. Main was
// not rewritten: only what a fetch has shown is held against the next one.
import { laneOf } from '../check-lanes.ts';
import { insist } from '../story.ts';
import { createWorld, type World } from '../world.ts';

export async function laggingMirror(): Promise<World> {
  const world = createWorld(1);
  const right = { rate: 1, offsetMs: 0, countsSleep: true, env: [], hasDaemon: false };
  const [here, there] = [world.addComputer(right), world.addComputer(right)];
  for (let times = 0; times < 2; times += 1) for (const computer of [here, there]) await world.sync(computer);
  await world.people.put({ id: 'own', assign: 1, run: 'true', attempts: 1, generation: 1 });
  const standsAt = world.hub.states.length - 1;
  await world.sync(here);
  const own = world.hub.refs.get(laneOf(here.number));
  insist(world, own !== world.hub.states[standsAt]?.get(laneOf(here.number)), 'it has pushed nothing');
  here.line.cut = 'out';
  await world.sync(here);
  insist(world, here.last.outcome?.seen?.snapshot.lanes.get(here.number)?.commit === own, 'it has not shown its push');
  Object.assign(here.line, { cut: 'none', standsAt });
  await world.sync(here);
  insist(world, here.last.outcome?.seen?.snapshot.lanes.get(here.number)?.commit !== own, 'its mirror does not lag');
  insist(world, here.state()?.rewritten === null, 'a mirror that lags is taken for a rewritten main');
  here.line.standsAt = null;
  world.pass(60_000);
  for (let times = 0; times < 3; times += 1) await world.sync(here);
  insist(world, here.last.outcome?.trouble === null && here.state()?.duplicate === null, 'it halts');
  insist(world, world.truth.executions.length === 1, 'the order did not run once');
  return world;
}
