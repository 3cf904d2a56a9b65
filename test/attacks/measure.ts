// One cycle of a fresh process under a flood, measured.
import { createFleet } from '../machine/world.ts';
import type { Flood } from './flood-parts.ts';

export interface Measured {
  /** Of the processor, so that a busy computer says the same as one at rest. */
  readonly seconds: number;
  /** What the cycle needed on top of what the process had. */
  readonly megabytes: number;
  readonly canaryRan: boolean;
}

export async function measure(flood: Flood): Promise<Measured> {
  const world = await createFleet(1, flood.slots ?? 1000);
  const [one] = world.machines;
  if (flood.before !== undefined) {
    flood.before(world);
    await one.cycle();
  }
  flood.lay(world, { id: 'canary', assign: 1, run: 'true' });
  one.restart();
  world.pass(60_000);
  const before = process.resourceUsage().maxRSS;
  const began = process.cpuUsage();
  await one.cycle();
  const { user, system } = process.cpuUsage(began);
  const megabytes = (process.resourceUsage().maxRSS - before) / 1024;
  // What was in the way of a start in this cycle may be out of it in the next.
  world.pass(60_000);
  await one.cycle();
  return {
    seconds: (user + system) / 1e6,
    megabytes: Math.max(0, megabytes),
    canaryRan: one.runner.starts.some(({ order }) => order === 'canary'),
  };
}
