// O5: a push arrives at once, and its answer is read 100 s later. Others have counted from the push, and so does the run.
import type { World } from '../world.ts';
import { goOnUntil, held, judgeOverlap } from './holder.ts';

export async function pushHeldUp(): Promise<World> {
  const { world, holder, other, othersTurn } = await held(2);
  // It starts the run, and says so.
  await goOnUntil(world, holder, 'push answered');
  await world.cycle(other);
  world.pass(100_000);
  while (holder.isBusy) await world.goOn(holder);
  await othersTurn(600_000, 5_000);
  return judgeOverlap(world);
}
