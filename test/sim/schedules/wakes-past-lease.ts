// O5: a laptop wakes up past its lease. Its cycle is faster than its watchdog, and its push is accepted: no new lease for that.
import type { World } from '../world.ts';
import { held } from './holder.ts';

export async function wakesPastLease(): Promise<World> {
  const { world, holder, othersTurn } = await held(3, { holder: { countsSleep: false } });
  await world.cycle(holder);
  const begins = world.nowMs();
  world.sleep(holder, 1_200_000);
  await othersTurn(1_200_000, 20_000);
  world.pass(Math.max(0, begins + 1_200_000 - world.nowMs()));
  holder.runner.looksIn(60_000);
  await world.cycle(holder);
  world.pass(120_000);
  world.checks.runs.atEnd();
  return world;
}
