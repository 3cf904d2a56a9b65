// I2, O9: a disk is lost while an order of its machine runs, and its lane says so. The folder that takes the number over does not
// run it again in silence.
import { insist } from '../story.ts';
import { createWorld, type World } from '../world.ts';
import { begun } from './holder.ts';

export async function diskLostWhileRunning(): Promise<World> {
  const world = createWorld(1);
  const right = { rate: 1, offsetMs: 0, slots: 1, env: [] };
  const lost = world.addComputer(right);
  lost.runner.takesMs = 3_600_000;
  await world.cycle(lost);
  await world.people.put({ id: 'once', assign: 1, run: 'true', attempts: 1, generation: 1 });
  await world.cycle(lost);
  const said = await world.hub.text('results/1.json', 'refs/coord/machines/1');
  insist(world, begun(world) === '1' && said?.includes('once') === true, 'its lane does not say that it runs');
  await world.powerCut(lost, 0);
  lost.isGone = true;
  const next = world.addComputer(right);
  world.joinAs(next, 1);
  for (let times = 0; times < 4; times += 1) {
    await world.cycle(next);
    world.pass(60_000);
  }
  insist(world, next.number === 1, 'nobody has taken its number');
  if (begun(world) !== '1') world.truth.violations.push({ clause: 'S3', text: 'it was run again after its disk was lost' });
  return world;
}
