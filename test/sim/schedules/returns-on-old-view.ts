// S4: a machine comes back to a claim that it has not started, and its mirror lags by a moment: it is shown its claim, and not that
// attempt 2 has begun meanwhile. Its own push, which gave it a lease, is not shown either.
import { insist } from '../story.ts';
import type { World } from '../world.ts';
import { begun, held } from './holder.ts';

export async function returnsOnOldView(): Promise<World> {
  const { world, holder, other } = await held(2);
  const { hub } = world;
  let before = 0;
  for (let times = 0; times < 60 && !hub.refs.has('refs/coord/claims/held/1.2'); times += 1) {
    world.pass(10_000);
    before = hub.states.length - 1;
    await world.cycle(other);
  }
  const takenMs = world.nowMs();
  await world.cycle(other);
  insist(world, begun(world) === '2', `begun have the attempts [${begun(world)}]`);
  holder.line.standsAt = before;
  for (let times = 0; times < 2; times += 1) await world.cycle(holder);
  insist(
    world,
    holder.pushedMs[0] > takenMs && world.nowMs() < takenMs + 30_000,
    'it has not pushed since, or the mirror lags by far',
  );
  holder.line.standsAt = null;
  world.pass(60_000);
  for (let times = 0; times < 2; times += 1) await world.cycle(holder);
  world.checks.runs.atEnd();
  return world;
}
