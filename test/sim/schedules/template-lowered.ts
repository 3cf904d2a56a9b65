// O20.4: the generation of an order is raised, takes another version of its template, and is lowered again. What ran in the higher one stands, so the
// order goes on with that version.
import { insist } from '../story.ts';
import { createWorld, type World } from '../world.ts';
import { templateOf } from './template-of.ts';

export async function templateLowered(): Promise<World> {
  const world = createWorld(1);
  const computer = world.addComputer({ rate: 1, offsetMs: 0, countsSleep: true, env: [], slots: 1 });
  const { people, truth } = world;
  const order = (generation: number) => people.rewrite([{ id: 'o', use: 't', generation }]);
  Object.assign(computer.runner, { takesMs: 20_000, exitsWith: 0 });
  await world.sync(computer);
  for (const [v, generation] of [['before', 1] as const, ['later', 2] as const]) {
    await people.commit({ 'fleet.yaml': templateOf(v, 'a', 'b') });
    await order(generation);
    await world.sync(computer);
    insist(world, computer.runner.isBusy(), `it has not begun with the ${v} version`);
    world.pass(30_000);
  }
  const digestOf = (v: string) => truth.templates.get(v)?.digest ?? '';
  insist(world, digestOf('before') < digestOf('later'), 'the lower digest is not that of the version before');
  await order(1);
  for (let times = 0; times < 4; times += 1) {
    await world.sync(computer);
    world.pass(30_000);
  }
  insist(world, truth.executions.filter(({ order: it }) => it === 'o.b').length === 1, 'the second step has not run once');
  return world;
}
