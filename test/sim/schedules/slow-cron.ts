// H2: a machine whose cron job comes every ten minutes is not called lost once its period could be measured.
import { insist } from '../story.ts';
import { createWorld, type World } from '../world.ts';

const MINUTE_MS = 60_000;

export async function slowCron(): Promise<World> {
  const world = createWorld(1);
  const right = { rate: 1, offsetMs: 0, countsSleep: true };
  const steady = world.addComputer(right);
  const slow = world.addComputer(right);
  await world.cycle(steady);
  await world.cycle(slow);
  for (let minute = 1; minute <= 240; minute += 1) {
    world.pass(Math.max(0, minute * MINUTE_MS - world.nowMs()));
    await world.cycle(steady);
    if (minute % 10 === 0) await world.cycle(slow);
    const document = await world.hub.text('COMPUTER_1.md', 'refs/coord/machines/1');
    // Three gaps are measured after forty minutes, and published with the beat after that.
    if (minute > 70 && /^lost_2: /m.test(document ?? ''))
      world.truth.violations.push({
        clause: 'H2',
        text: `machine 2 comes every ten minutes, and is called lost after ${minute}`,
      });
  }
  insist(world, slow.pushedMs[0] - slow.pushedMs[1] >= 9 * MINUTE_MS, 'the slow one does not push every ten minutes');
  return world;
}
