// O5: a laptop falls asleep in the midst of a cycle, after its fetch, and wakes up past its lease. Its push is accepted before its
// watchdog looks: no new lease for that.
import { insist } from '../story.ts';
import type { World } from '../world.ts';
import { begun, goOnUntil, held, judgeOverlap } from './holder.ts';

export async function wakesPastLease(): Promise<World> {
  const { world, holder, othersTurn } = await held(3, { holder: { countsSleep: false } });
  await world.cycle(holder);
  world.pass(70_000);
  await goOnUntil(world, holder, 'write');
  const wakesMs = world.nowMs() + 1_200_000;
  world.sleep(holder, 1_200_000);
  await othersTurn(1_100_000, 20_000);
  insist(world, begun(world) === '1,2' && world.nowMs() < wakesMs, 'nobody took it over while it slept');
  world.pass(wakesMs - world.nowMs());
  const before = holder.pushedMs[0];
  // At once.
  while (holder.isBusy) await holder.goOn();
  insist(world, holder.pushedMs[0] > before && holder.state()?.tried === null, 'its push was not accepted');
  return judgeOverlap(world);
}
