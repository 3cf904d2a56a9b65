// I2: a disk is lost after a run has begun and before anybody was told; its number is taken by a new folder. The claim alone says
// that the order may have run, and nobody runs it again.
import { insist } from '../story.ts';
import type { World } from '../world.ts';
import { held } from './holder.ts';

export async function diskLostAfterStart(): Promise<World> {
  const { world, holder, other } = await held(1);
  await holder.begin();
  while (holder.isBusy && world.truth.executions.length === 0) await world.goOn(holder);
  insist(world, holder.isBusy && world.truth.executions.length === 1, 'nothing had begun as the disk was lost');
  await world.powerCut(holder, 0);
  holder.isGone = true;
  const next = world.addComputer({ rate: 1, offsetMs: 0, slots: 1, env: [] });
  world.joinAs(next, holder.number);
  for (let times = 0; times < 6; times += 1) {
    await world.cycle(next);
    await world.cycle(other);
    world.pass(60_000);
  }
  insist(world, next.number === holder.number, 'nobody has taken its number');
  world.checks.runs.atEnd();
  return world;
}
