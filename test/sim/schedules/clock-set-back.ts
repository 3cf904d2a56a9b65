// O5: somebody sets the holder's clock back by a day while its run lives by a lease. The monotonic clock says when that is over.
import { insist } from '../story.ts';
import type { World } from '../world.ts';
import { held, judgeOverlap } from './holder.ts';

export async function clockSetBack(): Promise<World> {
  const { world, holder, othersTurn } = await held(2);
  await world.cycle(holder);
  insist(world, holder.runner.isBusy(), 'nothing runs as the clock is set');
  holder.clock.step(-86_400_000);
  holder.runner.clockStepped();
  await othersTurn(600_000, 10_000);
  return judgeOverlap(world);
}
