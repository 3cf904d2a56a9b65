// D6: derived documents are the same bytes whoever folds.
import { expect, test } from 'vitest';
import { createFleet, type SimMachine, type World } from './world.ts';

async function live(world: World, seconds: number, machines: readonly SimMachine[]): Promise<void> {
  for (let second = 0; second < seconds; second += 10) {
    world.pass(10_000);
    for (const machine of machines) await machine.cycle();
  }
}

test('D6 STATUS.json and README.md are the same whoever folds, on a day when everything happens', async () => {
  const world = await createFleet(4);
  const [one, two, , four] = world.machines;
  const there = [one, two, four];
  for (const [index, machine] of world.machines.entries()) world.setClock(machine, index * 3_600_000);
  world.script('slow', () => ({ ms: 1e9, exitCode: 0 }));
  world.script('bad', () => ({ ms: 10, exitCode: 3 }));
  world.person({
    'fleet.yaml': 'name: f\napprovals: { types: deploy }\npaused: 4\nlease: what\n',
    'messages/0_TO_2.md': '## Hello · urgent\n',
  });
  world.orders([
    { id: 'slow', assign: 3, run: 'x' },
    { id: 'bad', assign: 1, run: 'x' },
    { id: 'ship', type: 'deploy', run: 'x' },
    { id: 'all', assign: 'all', run: 'x' },
    { id: 'late', assign: 3, run: 'x', after: ['all'] },
    { id: 'odd', run: 7 },
    { id: 'often', assign: 1, run: 'x', schedule: '*/5 * * * *' },
  ]);
  const recordedAt = '2026-11-20T22:00:00.000Z';
  await two.journal.record({ id: 's1', recordedAt, kind: 'send', to: '1', body: 'The disk is failing', priority: 'urgent' });
  await four.journal.record({ id: 's2', recordedAt, kind: 'send', to: '0', body: 'May I?', priority: 'normal' });
  await live(world, 30, world.machines);
  await live(world, 1200, there);

  const { machines, needsYou, faults } = await world.status();
  expect(Object.values(machines).map(({ state }) => state)).toEqual(['IDLE', 'EMERGENCY', 'OFFLINE', 'PAUSED']);
  expect(needsYou.length).toBeGreaterThan(7);
  expect(faults).toHaveLength(2);
  const before = [await world.text('STATUS.json'), await world.text('README.md')];
  world.person({ 'STATUS.json': null, 'README.md': null });
  for (const machine of there) {
    machine.restart();
    // What each would write where nothing stands; nobody does, so that all see the same.
    const { seen } = await machine.cycle({ dryRun: true });
    const changes = seen?.composed.board.changes;
    expect([changes?.get('STATUS.json'), changes?.get('README.md')], machine.name).toEqual(before.map((text) => ({ text })));
  }
});
