// T5.5: attacks in memory that hide what a machine has run: by its lane, and by fleet.yaml, which nobody signs.
import { afterEach, expect, test } from 'vitest';
import { machineAt } from '../../../machine/world.ts';
import { endWorlds, LANE, type SignedWorld, worldOf } from '../memory-fleet.ts';

afterEach(endWorlds);

const startsOf = ({ world }: SignedWorld) =>
  world.machines.flatMap(({ name, runner }) => runner.starts.map(({ order }) => `${name} ${order}`));

test.each(['said', 'hidden'])('T5.5, R8 what a machine ran that is counted no more is not run again: %s', async (how) => {
  const fleet = await worldOf(2);
  const { world } = fleet;
  const [one, two] = [machineAt(world, 0), machineAt(world, 1)];
  one.settings.blocked.set('once', 'for this test');
  fleet.place([
    { id: 'once', assign: 'any', run: 'true' },
    { id: 'named', assign: [1, 2], run: 'true' },
  ]);
  one.settings.blocked.set('named', 'for this test');
  for (let round = 0; round < 8; round += 1) {
    for (const it of [two, one]) await it.cycle();
    world.pass(60_000);
  }
  expect(startsOf(fleet).sort()).toEqual(['m2 named', 'm2 once']);
  one.settings.blocked.clear();
  world.person({ 'fleet.yaml': 'machines_max: 1\n' });
  for (let round = 0; round < 20; round += 1) {
    if (how === 'hidden') {
      world.hub.setRef(LANE(2), world.hub.commit(null, 'x\n', new Map()));
      world.person({ 'COMPUTER_2.md': null, 'results/2.json': null });
    }
    for (const it of [two, one]) await it.cycle();
    world.pass(60_000);
  }
  expect(startsOf(fleet).sort()).toEqual(['m2 named', 'm2 once']);
  expect((await world.status()).orders.once?.reason).toContain('machines_max in fleet.yaml no longer counts');
});

test.each(['gone', 'emptied', 'put back'])('T5.5 what a machine ran whose lane is %s is not run again', async (how) => {
  const fleet = await worldOf(2);
  const { world } = fleet;
  const [one, two] = [machineAt(world, 0), machineAt(world, 1)];
  const before = {
    lane: world.hub.refs.get(LANE(2)) ?? null,
    page: await world.text('COMPUTER_2.md'),
    results: await world.text('results/2.json'),
  };
  one.settings.blocked.set('once', 'for this test');
  fleet.place([{ id: 'once', assign: 'any', run: 'true' }]);
  for (let round = 0; round < 8; round += 1) {
    for (const it of [two, one]) await it.cycle();
    world.pass(60_000);
  }
  expect(startsOf(fleet).sort()).toEqual(['m2 once']);
  expect([...world.hub.refs.keys()].filter((ref) => ref.includes('claims'))).toEqual([]);
  one.settings.blocked.clear();
  for (let round = 0; round < 10; round += 1) {
    if (how === 'emptied') world.hub.setRef(LANE(2), world.hub.commit(null, 'x\n', new Map()));
    else world.hub.setRef(LANE(2), how === 'gone' ? null : before.lane);
    world.person(
      how === 'put back'
        ? { 'COMPUTER_2.md': before.page, 'results/2.json': before.results }
        : { 'COMPUTER_2.md': null, 'results/2.json': null },
    );
    await one.cycle();
    world.pass(60_000);
  }
  expect(startsOf(fleet)).toEqual(['m2 once']);
  // Also by another process. Its owner puts its word back, and it runs again where somebody signs that it should.
  one.restart();
  await one.cycle();
  for (const it of [two, one, two]) await it.cycle();
  expect(startsOf(fleet)).toEqual(['m2 once']);
  two.settings.blocked.set('once', 'for this test');
  fleet.place([{ id: 'once', assign: 'any', run: 'true', generation: 2 }]);
  for (let round = 0; round < 8; round += 1) {
    for (const it of [two, one]) await it.cycle();
    world.pass(60_000);
  }
  expect(startsOf(fleet).sort()).toEqual(['m1 once', 'm2 once']);
});
