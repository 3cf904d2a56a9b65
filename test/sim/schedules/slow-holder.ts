// O5: the holder's clock is 10 % too slow and the observer's 10 % too fast, and the run is over before it is taken over.
import type { World } from '../world.ts';
import { held, judgeOverlap } from './holder.ts';

export async function slowHolder(): Promise<World> {
  const { world, holder, othersTurn } = await held(2, { holder: { rate: 0.9 }, other: { rate: 1.1 } });
  await world.cycle(holder);
  await othersTurn(1_200_000, 5_000);
  return judgeOverlap(world);
}
