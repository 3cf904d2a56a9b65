// O2a: a claim is on its way for so long that the order has been claimed, run, and its claim deleted by another one when it arrives.
// It is created again, and the fetch that confirms it shows the result.
import { insist } from '../story.ts';
import { createWorld, type World } from '../world.ts';
import { begun, goOnUntil } from './holder.ts';

export async function claimedOnOldView(): Promise<World> {
  const world = createWorld(1);
  const right = { rate: 1, offsetMs: 0, slots: 1, env: [] };
  const quick = world.addComputer(right);
  const late = world.addComputer(right);
  for (let times = 0; times < 2; times += 1) for (const computer of [quick, late]) await world.cycle(computer);
  Object.assign(quick.runner, { takesMs: 10, exitsWith: 1 });
  await world.people.put({ id: 'twice', assign: [2, 1], run: 'false', attempts: 1, generation: 1 });
  await goOnUntil(world, late, 'push');
  insist(world, late.state()?.claims.length === 1, 'no claim is on its way');
  const isClaimed = () => world.hub.refs.has('refs/coord/claims/twice/1.1');
  for (let times = 0; times < 10 && (begun(world) === '' || isClaimed()); times += 1) {
    world.pass(70_000);
    await world.cycle(quick);
  }
  insist(world, begun(world) === '1' && !isClaimed(), 'the other one has not run it and deleted its claim');
  while (late.isBusy) await world.goOn(late);
  insist(world, isClaimed(), 'it was not created again');
  await world.cycle(late);
  return world;
}
