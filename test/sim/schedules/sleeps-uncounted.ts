// O5: a laptop whose monotonic clock stands still while it sleeps wakes up past the lease of its run. The wall clock says so.
import type { World } from '../world.ts';
import { held, judgeOverlap, sleepWhileTaken } from './holder.ts';

export async function sleepsUncounted(): Promise<World> {
  const fleet = await held(2, { holder: { countsSleep: false } });
  await fleet.world.cycle(fleet.holder);
  await sleepWhileTaken(fleet);
  return judgeOverlap(fleet.world);
}
