// O2: an order was claimed to be tried once, and its holder is gone. That people raise `attempts` later does not make it two.
import { insist } from '../story.ts';
import type { World } from '../world.ts';
import { held } from './holder.ts';

export async function editedAttempts(): Promise<World> {
  const { world, holder, order, othersTurn } = await held(1);
  await world.cycle(holder);
  await world.people.put({ ...order, attempts: 3 });
  await othersTurn(1_200_000, 30_000);
  const said = await world.hub.text('COMPUTER_2.md', 'refs/coord/machines/2');
  insist(world, /^lost_1: /m.test(said ?? ''), 'nobody calls the holder lost');
  insist(world, world.truth.executions.length > 0, 'the holder has not started it');
  if (world.truth.executions.length > 1) world.truth.violations.push({ clause: 'S3', text: 'it was claimed to be tried once' });
  world.checks.runs.atEnd();
  return world;
}
