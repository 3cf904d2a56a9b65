// O5: a push arrives, and the answer is read ten minutes later, as a laptop wakes up. Others have counted from the push.
import type { World } from '../world.ts';
import { held } from './holder.ts';

export async function pushHeldUp(): Promise<World> {
  const { world, holder, othersTurn } = await held(2);
  await world.cycle(holder);
  world.pass(70_000);
  await holder.begin();
  while (holder.isBusy && holder.parked?.what !== 'push answered') await world.goOn(holder);
  if (!holder.isBusy) throw new Error('it did not push');
  // The process stands still, and its run goes on.
  world.pass(100_000);
  while (holder.isBusy) await world.goOn(holder);
  await othersTurn(600_000, 10_000);
  world.checks.runs.atEnd();
  return world;
}
