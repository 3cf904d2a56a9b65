// C4a, D4: a person places an order through a machine and takes another out, and the host takes that. Offline, the machine goes by it. Then
// its mirror shows main as it was before: nothing is stopped, started or shown as if the person had never said so.
import { insist } from '../story.ts';
import { createWorld, type World } from '../world.ts';

export async function editedBehindMirror(): Promise<World> {
  const world = createWorld(1);
  const { people, truth } = world;
  const here = world.addComputer({ rate: 1, offsetMs: 0, countsSleep: true, env: [], hasDaemon: false, slots: 2 });
  for (let times = 0; times < 2; times += 1) await world.sync(here);
  await people.put({ id: 'taken-out', assign: 1, run: 'true', attempts: 1, generation: 1, after: ['placed'] });
  here.runner.takesMs = 600_000;
  const recordedAt = '2026-11-20T22:00:00.000Z';
  here.disk.outbox.push({ id: 'one', recordedAt, edit: { kind: 'remove', id: 'taken-out' } });
  const order = { id: 'placed', assign: 1, run: 'true' };
  here.disk.outbox.push({ id: 'two', recordedAt, edit: { kind: 'add', order } });
  const standsAt = world.hub.states.length - 1;
  await world.cycle(here);
  insist(world, here.disk.outbox.length === 0, 'the edits did not land');
  here.line.cut = 'out';
  await world.sync(here);
  insist(world, here.runner.isBusy(), 'it has not started what was placed');
  Object.assign(here.line, { cut: 'none', standsAt });
  for (let times = 0; times < 2; times += 1) await world.sync(here);
  insist(world, here.last.outcome?.trouble === null, 'its mirror was not asked');
  world.pass(600_000);
  await world.sync(here);
  const ran = truth.executions.map((execution) => execution.order);
  insist(world, `${ran}` === 'placed', `it ran ${ran}`);
  here.line.standsAt = null;
  for (let times = 0; times < 3; times += 1) await world.sync(here);
  const { outcome } = here.last;
  insist(world, outcome?.trouble === null && here.state()?.duplicate === null, 'it halts');
  insist(world, outcome?.seen?.snapshot.main.commit === world.hub.mains.at(-1), 'it stays with what it pushed');
  return world;
}
