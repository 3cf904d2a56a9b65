// O2: while a take-over is on its way to the hub, the machine that was called lost comes back and starts what it had claimed.
import { insist } from '../story.ts';
import type { World } from '../world.ts';
import { begun, goOnUntil, held } from './holder.ts';

export async function returnsMeanwhile(): Promise<World> {
  const { world, holder, other } = await held(2);
  const hasClaimed = () => other.state()?.claims.some(({ attempt }) => attempt === 2) === true;
  for (let times = 0; times < 30 && !hasClaimed(); times += 1) {
    while (other.isBusy) await world.goOn(other);
    world.pass(60_000);
    await goOnUntil(world, other, 'push');
  }
  insist(world, hasClaimed() && begun(world) === '', 'attempt 2 is not on its way');
  // No lease is left; the first cycle gets one.
  for (let times = 0; times < 2; times += 1) await world.cycle(holder);
  insist(world, begun(world) === '1', 'who came back has not started it');
  while (other.isBusy) await world.goOn(other);
  insist(world, world.truth.claimed.has('held/1.2'), 'attempt 2 was never claimed');
  await world.cycle(other);
  world.pass(120_000);
  world.checks.runs.atEnd();
  return world;
}
