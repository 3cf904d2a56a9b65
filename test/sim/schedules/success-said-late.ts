// O2: attempt 3 is claimed, and attempt 1 turns out to have succeeded before it is confirmed. It is not started.
import { insist } from '../story.ts';
import type { World } from '../world.ts';
import { begun, held } from './holder.ts';

export async function successSaidLate(): Promise<World> {
  const { world, holder, other } = await held(3);
  Object.assign(holder.runner, { takesMs: 10_000, exitsWith: 0 });
  Object.assign(other.runner, { takesMs: 1_000, exitsWith: 1 });
  await world.cycle(holder);
  const hasClaimed = () => world.hub.refs.has('refs/coord/claims/held/1.3');
  for (let times = 0; times < 60 && !hasClaimed(); times += 1) {
    world.pass(20_000);
    await world.cycle(other);
  }
  insist(world, hasClaimed() && begun(world) === '1,2', `begun have the attempts [${begun(world)}], and 3 is to be claimed`);
  await world.cycle(holder);
  const said = await world.hub.text('results/1.json', 'refs/coord/machines/1');
  insist(world, said?.includes('COMPLETED') === true, 'attempt 1 has not succeeded');
  await world.cycle(other);
  return world;
}
