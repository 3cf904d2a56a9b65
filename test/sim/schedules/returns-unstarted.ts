// O2: a machine sleeps between its claim and the start, and attempt 2 runs elsewhere as it comes back. Its own claim still stands.
import { insist } from '../story.ts';
import type { World } from '../world.ts';
import { begun, held } from './holder.ts';

export async function returnsUnstarted(): Promise<World> {
  const { world, holder, othersTurn } = await held(2);
  world.sleep(holder, 1_200_000);
  const wakesMs = world.nowMs() + 1_200_000;
  await othersTurn(1_100_000, 20_000);
  insist(world, begun(world) === '2', `begun have the attempts [${begun(world)}]`);
  world.pass(wakesMs - world.nowMs());
  insist(world, world.hub.refs.has('refs/coord/claims/held/1.1'), 'its claim has gone');
  for (let times = 0; times < 4; times += 1) {
    await world.cycle(holder);
    world.pass(20_000);
  }
  world.checks.runs.atEnd();
  return world;
}
