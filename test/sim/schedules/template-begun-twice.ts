// O20.4: two machines begin an order with two versions of its template before they hear of each other. The lower digest counts for both, whoever
// comes first among the machines.
import { insist } from '../story.ts';
import { createWorld, type World } from '../world.ts';
import { templateOf } from './template-of.ts';

export async function templateBegunTwice(): Promise<World> {
  const world = createWorld(1);
  const right = { rate: 1, offsetMs: 0, countsSleep: true, env: [], slots: 1 };
  const both = [world.addComputer(right), world.addComputer(right)] as const;
  const [one, other] = both;
  const { people, truth } = world;
  for (const { runner } of both) Object.assign(runner, { takesMs: 20_000, exitsWith: 0 });
  for (let times = 0; times < 2; times += 1) for (const computer of both) await world.sync(computer);
  await people.commit({ 'fleet.yaml': templateOf('old', 'a', ['b', 1]) });
  await people.rewrite([{ id: 'o', use: 't' }]);
  await one.begin('sync');
  while (one.isBusy && !one.runner.isBusy()) await world.goOn(one);
  one.line.cut = 'out';
  while (one.isBusy) await world.goOn(one);
  await people.commit({ 'fleet.yaml': templateOf('new', ['c', 2], ['b', 1]) });
  await world.sync(other);
  insist(world, truth.executions.map(({ order }) => order).join() === 'o.a,o.c', 'they have not begun with two versions');
  const digestOf = (v: string) => truth.templates.get(v)?.digest ?? '';
  insist(world, digestOf('new') < digestOf('old'), 'the lower digest is not that of the new version');
  one.line.cut = 'none';
  for (let times = 0; times < 8; times += 1) {
    for (const computer of both) await world.sync(computer);
    world.pass(30_000);
  }
  insist(world, truth.executions.filter(({ order }) => order === 'o.b').length === 1, 'the last step has not run once');
  return world;
}
