// O5: a laptop whose monotonic clock stands still while it sleeps wakes up past the lease of its run. The wall clock says so.
import { insist } from '../story.ts';
import type { World } from '../world.ts';
import { begun, held, judgeOverlap } from './holder.ts';

export async function sleepsUncounted(): Promise<World> {
  const { world, holder, othersTurn } = await held(2, { holder: { countsSleep: false } });
  await world.cycle(holder);
  const wakesMs = world.nowMs() + 1_200_000;
  world.sleep(holder, 1_200_000);
  await othersTurn(1_100_000, 20_000);
  insist(world, begun(world) === '1,2' && world.nowMs() < wakesMs, 'nobody took it over while it slept');
  world.pass(wakesMs - world.nowMs());
  return judgeOverlap(world);
}
