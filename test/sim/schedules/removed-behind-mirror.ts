// R5: an edit landed, its answer was lost, and a mirror shows main as it was before. The next push is refused, which says nothing of the one before
// it: the order does not come back after a person has taken it out.
import { laneOf } from '../check-lanes.ts';
import { addUnanswered, insist } from '../story.ts';
import { createWorld, type World } from '../world.ts';

const MAIN = 'refs/heads/main';

export async function removedBehindMirror(): Promise<World> {
  // A seed whose pushes move the lane first.
  const world = createWorld(2);
  const { hub, people, truth } = world;
  const one = world.addComputer({ rate: 1, offsetMs: 0 });
  for (let times = 0; times < 2; times += 1) await world.cycle(one);
  const before = hub.refs.get(MAIN);
  await addUnanswered(world, one);
  // Between the two refs of that push: the lane has moved, and main has not.
  const lane = hub.refs.get(laneOf(one.number));
  const standsAt = hub.states.findLastIndex((state) => state.get(MAIN) === before && state.get(laneOf(one.number)) === lane);
  insist(world, standsAt >= 0, 'main was moved first');
  one.line.standsAt = standsAt;
  await world.cycle(one);
  const { push } = one.last.outcome ?? {};
  insist(world, push?.lane === 'accepted' && push.main === 'refused', 'the push behind the mirror was not refused');
  one.line.standsAt = null;
  await people.remove('once');
  for (let times = 0; times < 3; times += 1) await world.cycle(one);
  insist(world, one.disk.outbox.length === 0, 'it is not known that it landed');
  if ((await hub.text('ORDERS.json'))?.includes('once'))
    truth.violations.push({ clause: 'R5', text: 'an order that a person took out came back' });
  return world;
}
