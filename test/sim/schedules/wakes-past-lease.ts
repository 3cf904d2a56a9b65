// O5: a computer falls asleep in the midst of a cycle, after its fetch, and wakes up past its lease. Its push is accepted before its
// watchdog looks: no new lease for that.
import { insist } from '../story.ts';
import type { World } from '../world.ts';
import { goOnUntil, held, judgeOverlap, sleepWhileTaken } from './holder.ts';

export async function wakesPastLease(): Promise<World> {
  const fleet = await held(2);
  const { world, holder } = fleet;
  await world.cycle(holder);
  world.pass(70_000);
  await goOnUntil(world, holder, 'write');
  await sleepWhileTaken(fleet);
  const before = holder.pushedMs[0];
  // At once.
  while (holder.isBusy) await holder.goOn();
  insist(world, holder.pushedMs[0] > before && holder.state()?.tried === null, 'its push was not accepted');
  return judgeOverlap(world);
}
