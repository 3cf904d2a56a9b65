// O5, S4: the holder's clock is far slower than any clock may be, so a second attempt runs beside the first. The holder's next
// fetch shows that, and ends it; its lease alone would be renewed for ever.
import { insist } from '../story.ts';
import type { World } from '../world.ts';
import { begun, held } from './holder.ts';

export async function clocksTooFarApart(): Promise<World> {
  const { world, holder, othersTurn } = await held(2, { holder: { rate: 0.5 } });
  await world.cycle(holder);
  await othersTurn(600_000, 5_000);
  const [first] = world.truth.executions;
  insist(world, begun(world) === '1,2' && first?.endedMs === null, 'the attempts do not overlap');
  await world.cycle(holder);
  world.pass(2_000);
  if (first?.endedMs === null)
    world.truth.violations.push({ clause: 'S4', text: 'attempt 1 goes on, and its machine has seen attempt 2' });
  return world;
}
