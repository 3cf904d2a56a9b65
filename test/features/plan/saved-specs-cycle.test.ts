// D5, D10: specs that were saved on a machine, and what the board says of MVPs, in the fleet in memory.
import { expect, test } from 'vitest';
import type { SpecEdit } from '../../../src/core/model/ledger/intention.ts';
import { createFleet, quiet, type SimMachine, type World } from '../../machine/world.ts';

const DAO = 'specs/dao.md';
const HEAD = '---\nmvp: Dao\n---\n# Dao\n';

async function two(): Promise<{ world: World; one: SimMachine; other: SimMachine }> {
  const world = await createFleet(2);
  const [one, other] = world.machines;
  return { world, one, other };
}

async function save(machine: SimMachine, text: string, from: string | null): Promise<void> {
  const edit: SpecEdit = { kind: 'spec', id: DAO, text, from };
  await machine.journal.record({ id: `${text.length}`, recordedAt: '2026-11-20T22:00:00.000Z', edit });
}

test('D5 a spec that was saved here lands on main whole, in one push, and the board tells its MVP with it', async () => {
  const { world, one } = await two();
  await save(one, HEAD, null);
  expect((await one.cycle()).push).toMatchObject({ main: 'accepted', pushes: 1 });
  expect(await world.text(DAO)).toBe(HEAD);
  expect((await world.status()).progress?.mvps).toMatchObject([{ name: 'Dao', total: 0 }]);
  expect((await one.cycle()).seen?.edits.landedSpecs).toEqual(new Map([[DAO, HEAD]]));
  expect(await one.journal.intentions()).toEqual([]);
  expect(one.state().lostEdits).toEqual([]);
});

test('D5 of two who changed one spec the first stands, the other is told; a newer one upon it lands', async () => {
  const { world, one, other } = await two();
  await save(one, HEAD, null);
  await save(other, `${HEAD}\nother\n`, null);
  one.line.beforePush = async () => void (await other.cycle());
  expect((await one.cycle()).push).toMatchObject({ main: 'refused' });
  expect((await one.cycle()).seen?.edits.lost).toMatchObject([{ reason: expect.stringContaining('on both sides') }]);
  expect(await one.journal.intentions()).toEqual([]);
  // It still lies where it was saved, and is told from there.
  expect(one.state().lostEdits).toEqual([]);
  expect(await world.text(DAO)).toBe(`${HEAD}\nother\n`);
  await save(one, `${HEAD}\nother\nand one\n`, world.eye.idOf(`${HEAD}\nother\n`));
  await one.cycle();
  expect(await world.text(DAO)).toBe(`${HEAD}\nother\nand one\n`);
});

test('R5 a push of a spec that was not answered, and one that was lost, are said again once', async () => {
  for (const lose of ['answer', 'request'] as const) {
    const { world, one } = await two();
    await save(one, HEAD, null);
    one.line.lose = lose;
    await one.cycle();
    await quiet(world);
    expect(await world.text(DAO)).toBe(HEAD);
    expect(await one.journal.intentions()).toEqual([]);
    expect(one.state().lostEdits).toEqual([]);
  }
});

test('D10 the board follows the orders of a spec to 100 %, and any machine writes the same', async () => {
  const { world, one, other } = await two();
  const task = (id: string, more: object = {}) => ({ id, assign: 1, run: 'true', spec: DAO, feature: 'Model', ...more });
  world.person({
    [DAO]: `${HEAD}## Tasks\n- [ ] A\n  run: true\n- [ ] B\n  run: true\n`,
    'ORDERS.json': JSON.stringify({ version: 1, orders: [task('dao-a'), { ...task('dao-b'), after: ['dao-a'] }] }),
  });
  await other.cycle();
  world.pass(3_600_000);
  await other.cycle();
  expect((await world.status()).progress?.mvps).toMatchObject([{ name: 'Dao', total: 2, waiting: 2, blocked: 0, percent: 0 }]);
  for (let round = 0; round < 6; round += 1) {
    await one.cycle();
    world.pass(1000);
  }
  await quiet(world);
  expect((await world.status()).progress?.mvps).toMatchObject([{ total: 2, done: 2, percent: 100 }]);
  expect(JSON.parse((await world.text('features.json')) ?? '')).toMatchObject({
    version: 1,
    mvps: [{ name: 'Dao', percent: 100 }],
  });
  expect(await world.text('README.md')).toContain('| **[Dao](specs/dao.md)** | ▓▓▓▓▓▓▓▓▓▓\u00a0100\u00a0%<br>2 of 2 done |');
});

test('D10 without anything to tell there is no such document, and one that told something goes', async () => {
  const { world, one } = await two();
  expect(await world.text('features.json')).toBeNull();
  world.person({ [DAO]: HEAD });
  await save(one, `${HEAD}more\n`, world.eye.idOf(HEAD));
  await quiet(world);
  expect(await world.text('features.json')).toContain('"Dao"');
  await save(one, '# Dao, no MVP any more\n', world.eye.idOf(`${HEAD}more\n`));
  await quiet(world);
  expect(await world.text('features.json')).toBeNull();
});

test('D4 a spec that cannot be read is a warning and nothing else; prose of others is none', async () => {
  const { world, one } = await two();
  world.person({ [DAO]: '---\nmvp: [\n---\n', 'specs/words.md': '# Words\n\n## Tasks\n- a list\n' });
  world.pass(3_600_000);
  await one.cycle();
  const { faults, needsYou } = await world.status();
  expect(faults).toMatchObject([{ document: DAO, level: 'warning' }]);
  expect(needsYou).toEqual([]);
});
