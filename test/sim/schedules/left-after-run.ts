// I4: a machine has run an order and leaves. What it did stays on the board.
import type { StatusDocument } from '../../../src/core/model/status/status.ts';
import { insist } from '../story.ts';
import type { World } from '../world.ts';
import { begun, held } from './holder.ts';

export async function leftAfterRun(): Promise<World> {
  const { world, holder, other } = await held(2);
  Object.assign(holder.runner, { takesMs: 10, exitsWith: 0 });
  await world.cycle(holder);
  insist(world, begun(world) === '1' && !holder.runner.isBusy(), 'it has not run');
  insist(world, world.leave(holder, false), 'it does not leave');
  for (let times = 0; times < 6; times += 1) {
    await world.cycle(holder);
    await world.cycle(other);
    world.pass(70_000);
  }
  const lane = await world.hub.text('COMPUTER_1.md', 'refs/coord/machines/1');
  insist(world, /^state: LEFT$/m.test(lane ?? ''), 'it has not said LEFT');
  const status = JSON.parse((await world.hub.text('STATUS.json')) ?? '{}') as StatusDocument;
  const state = status.orders.held?.state;
  if (state !== 'COMPLETED') world.truth.violations.push({ clause: 'I4', text: `what it has done is ${state} after it left` });
  return world;
}
