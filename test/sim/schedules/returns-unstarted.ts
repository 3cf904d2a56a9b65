// O2: a machine sleeps between its claim and the start, and attempt 2 runs elsewhere as it comes back. Its own claim still stands.
import { insist } from '../story.ts';
import type { World } from '../world.ts';
import { begun, held, sleepWhileTaken } from './holder.ts';

export async function returnsUnstarted(): Promise<World> {
  const fleet = await held(2);
  const { world, holder } = fleet;
  await sleepWhileTaken(fleet);
  insist(
    world,
    begun(world) === '2' && world.hub.refs.has('refs/coord/claims/held/1.1'),
    'it holds no claim that was not started',
  );
  for (let times = 0; times < 4; times += 1) {
    await world.cycle(holder);
    world.pass(20_000);
  }
  world.checks.runs.atEnd();
  return world;
}
