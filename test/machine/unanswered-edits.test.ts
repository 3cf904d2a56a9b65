// R5: what a machine remembers of edits whose push was never answered, so that each of them lands once, whatever a mirror shows meanwhile.
import { expect, test } from 'vitest';
import type { OrderEdit } from '../../src/core/model/ledger/intention.ts';
import { CoordError } from '../../src/errors.ts';
import type { Machine } from '../../src/machine/context.ts';
import { runCycle } from '../../src/machine/cycle.ts';
import { runCycles } from '../../src/machine/sync-cycles.ts';
import { createFleet, type SimMachine, type World } from './world.ts';

const add = (id: string): OrderEdit => ({ kind: 'add', order: { id, assign: 9, run: 'true' } });

/** A machine behind a mirror that lags, whose edit landed and was not answered. */
async function unanswered(): Promise<{ world: World; one: SimMachine }> {
  const world = await createFleet(1);
  const [one] = world.machines;
  world.orders([{ id: 'old', assign: 9, run: 'true' }]);
  await one.cycle();
  await one.edit(add('mine'));
  const before = new Map(world.hub.refs);
  one.line.lose = 'answer';
  await one.cycle();
  // The state between the two refs of that push: the lane has moved, and main has not.
  const lane = 'refs/coord/machines/1';
  one.line.shows = before.set(lane, world.hub.refs.get(lane) ?? '');
  expect(await world.text('ORDERS.json')).toContain('"mine"');
  return { world, one };
}

/** A person takes it back, and then the mirror shows what there is. */
async function takenBack(world: World, one: SimMachine): Promise<string> {
  world.orders([{ id: 'old', assign: 9, run: 'true' }]);
  one.line.shows = null;
  for (let times = 0; times < 3; times += 1) await one.cycle();
  expect(one.disk.outbox).toEqual([]);
  expect(one.state().lostEdits).toEqual([]);
  return (await world.text('ORDERS.json')) ?? '';
}

test('R5 a mirror shows main as it was: the push that is refused then does not forget the one before', async () => {
  const { world, one } = await unanswered();
  expect((await one.cycle()).push).toMatchObject({ lane: 'accepted', main: 'refused' });
  expect(one.disk.outbox).toHaveLength(1);
  expect(await takenBack(world, one)).not.toContain('"mine"');
});

test('R5 of two pushes in a row that were not answered, both are remembered', async () => {
  const { world, one } = await unanswered();
  await one.edit(add('second'));
  one.line.lose = 'request';
  await one.cycle();
  const text = await takenBack(world, one);
  expect(text).not.toContain('"mine"');
  expect(text).toContain('"second"');
});

test('R5 once main has taken an edit, no push before it can land any more, and none is remembered', async () => {
  const world = await createFleet(1);
  const [one] = world.machines;
  for (const id of ['a', 'b', 'c']) {
    await one.edit(add(id));
    one.line.lose = 'request';
    await one.cycle();
  }
  expect(one.state()).toMatchObject({ sentEdits: expect.anything(), sentBefore: [expect.anything(), expect.anything()] });
  expect((await one.cycle()).push).toMatchObject({ main: 'accepted' });
  expect(one.disk.outbox).toEqual([]);
  expect(one.state()).toMatchObject({ sentEdits: null, sentBefore: [] });
});

test('R5 what is remembered is bounded, however long no push is answered', async () => {
  const world = await createFleet(1);
  const [one] = world.machines;
  await one.edit(add('a'));
  for (let times = 0; times < 60; times += 1) {
    if (times % 2 === 0) world.orders([{ id: `x${times}`, assign: 9, run: 'true' }]);
    one.line.lose = 'request';
    await one.cycle();
  }
  expect(one.state().sentBefore).toHaveLength(32);
});

test('R5 the lane landed, and of main nobody knows: the same sync looks whether the edit is there', async () => {
  const world = await createFleet(1);
  const [one] = world.machines;
  await one.edit(add('mine'));
  const machine = one.machine();
  const push: Machine['ledger']['push'] = async (updates) => {
    const report = await machine.ledger.push(updates);
    if (report.kind === 'unknown') return report;
    const main = updates.find(({ what }) => what === 'main');
    if (main !== undefined) world.orders([]);
    return { kind: 'answered', refs: new Map([...report.refs].filter(([ref]) => ref !== main?.ref)) };
  };
  const quietly = { onCycle() {}, pause: async () => {} };
  await runCycles({ ...machine, ledger: { ...machine.ledger, push } }, { dryRun: false }, quietly);
  expect([one.disk.outbox, one.state().sentEdits]).toEqual([[], null]);
  expect(await world.text('ORDERS.json')).not.toContain('"mine"');
});

/** An order for machine 2 that machine 1 placed with a push whose answer was lost: 2 ran it, and a person took it off the list. Machine 1 sleeps. */
async function ranMeanwhile(): Promise<{ world: World; one: SimMachine; two: SimMachine }> {
  const world = await createFleet(2);
  const [one, two] = world.machines;
  for (const id of ['a', 'b', 'c']) world.orders([{ id, assign: 9, run: 'true' }]);
  await one.cycle();
  await one.edit({ kind: 'add', order: { id: 'x', assign: 2, run: 'true' }, again: true });
  one.line.lose = 'answer';
  await one.cycle();
  for (let times = 0; times < 3; times += 1) await two.cycle();
  expect([(await world.status()).orders.x?.state, one.disk.outbox.length]).toEqual(['COMPLETED', 1]);
  world.orders([]);
  await two.cycle();
  return { world, one, two };
}

test.each([
  250, 6_000,
])('R5.1 an edit that landed and was not answered is not made again after %i later versions', async (versions) => {
  const { world, one, two } = await ranMeanwhile();
  for (let at = 0; at < versions; at += 1) world.orders([{ id: `y${at}`, assign: 9, run: 'true' }]);
  for (let times = 0; times < 3; times += 1) for (const machine of [one, two]) await machine.cycle();
  expect([one.disk.outbox, one.state().lostEdits, one.state().sentEdits]).toEqual([[], [], null]);
  expect(await world.text('ORDERS.json')).not.toContain('"x"');
  expect(two.runner.starts.map(({ order, generation }) => [order, generation])).toEqual([['x', 1]]);
});

/** As journals have it in which the texts of versions were noted. */
const OLD = { before: ['0'.repeat(40)], after: '1'.repeat(40) };

test.each([
  ['it is nowhere', { commit: '1'.repeat(40), base: '0'.repeat(40) }],
  ['its texts were noted', OLD],
])('R5.1, O8 where nobody can tell whether it landed, it is placed and runs nothing: %s', async (_, other) => {
  const { world, one, two } = await ranMeanwhile();
  const { sentEdits } = one.state();
  if (sentEdits === null) throw new Error('nothing was sent');
  one.disk.state = { ...one.state(), sentEdits: { ...other, intentions: sentEdits.intentions } };
  for (let times = 0; times < 3; times += 1) for (const machine of [one, two]) await machine.cycle();
  expect([one.disk.outbox, one.state().sentEdits]).toEqual([[], null]);
  expect((await world.status()).orders.x).toMatchObject({ state: 'BLOCKED', reason: expect.stringContaining('has run before') });
  expect(two.runner.starts).toHaveLength(1);
});

test('R5.1 what cannot be told is remembered for as long as it waits, whatever lands meanwhile', async () => {
  const { world, one, two } = await ranMeanwhile();
  const { sentEdits } = one.state();
  if (sentEdits === null) throw new Error('nothing was sent');
  one.disk.state = { ...one.state(), sentEdits: { ...OLD, intentions: sentEdits.intentions } };
  world.person({ 'ORDERS.json': '{ "version": 1, "orders": [ }\n' });
  await one.edit({ kind: 'put', id: 'SIGNATURES.json', at: ['orders', 'x'], value: { by: 'k' }, order: 'x' });
  expect((await one.cycle()).push).toMatchObject({ main: 'accepted' });
  expect(waiting(one)).toEqual(['add']);
  world.orders([]);
  for (let times = 0; times < 3; times += 1) for (const machine of [one, two]) await machine.cycle();
  expect((await world.status()).orders.x).toMatchObject({ state: 'BLOCKED', reason: expect.stringContaining('has run before') });
  expect(two.runner.starts).toHaveLength(1);
});

test('R5.1 R1 what the host refuses with all the rest has not landed, and is not looked for', async () => {
  const world = await createFleet(1);
  const [one] = world.machines;
  await one.cycle();
  await one.edit(add('mine'));
  one.line.wholePushRule = () => 'no';
  await one.cycle();
  expect(waiting(one)).toEqual(['add']);
  expect([one.state().sentEdits, one.state().sentBefore ?? []]).toEqual([null, []]);
});

test('R5.1, C5a where the rest of the history, which is not here, cannot be fetched, nobody can tell', async () => {
  const { one, two } = await ranMeanwhile();
  const machine = one.machine();
  const { commit } = one.state().sentEdits ?? {};
  const follows = async (older: string, newer: string) => {
    if (older === commit) throw new CoordError('UNREACHABLE', 'the rest does not come');
    return machine.ledger.follows(older, newer);
  };
  for (let times = 0; times < 3; times += 1) {
    await runCycle({ ...machine, ledger: { ...machine.ledger, follows } }, { dryRun: false });
    await two.cycle();
  }
  expect([one.disk.outbox, one.state().sentEdits]).toEqual([[], null]);
  expect(two.runner.starts.map(({ order, generation }) => [order, generation])).toEqual([['x', 1]]);
});

test('R5.1 a value that landed and was not answered is not put again after it was taken out', async () => {
  const world = await createFleet(1);
  const [one] = world.machines;
  await one.cycle();
  await one.edit({ kind: 'put', id: 'SIGNATURES.json', at: ['orders', 'x'], value: { by: 'k' }, order: 'x' });
  one.line.lose = 'answer';
  await one.cycle();
  expect(await world.text('SIGNATURES.json')).toContain('"by"');
  world.person({ 'SIGNATURES.json': '{}\n' });
  await one.cycle();
  expect([one.disk.outbox, one.state().lostEdits]).toEqual([[], []]);
  expect(await world.text('SIGNATURES.json')).toBe('{}\n');
});

const waiting = (one: SimMachine) => one.disk.outbox.map((it) => ('edit' in it ? it.edit.kind : ''));

/** With a git that is too slow to look for what was sent. */
function slowCycle(one: SimMachine, onAsked = () => {}) {
  const machine = one.machine();
  const { sentEdits, sentBefore = [] } = one.state();
  const sent = [...sentBefore, sentEdits].map((it) => it?.commit);
  const follows = async (older: string, newer: string) => {
    if (!sent.includes(older)) return machine.ledger.follows(older, newer);
    onAsked();
    throw new CoordError('TOO_SLOW', 'git took too long');
  };
  return runCycle({ ...machine, ledger: { ...machine.ledger, follows } }, { dryRun: false });
}

test('R5, C5 where git is too slow to tell whether it landed, the edit waits and all else goes on', async () => {
  const { world, one } = await unanswered();
  one.line.shows = null;
  world.orders([{ id: 'old', assign: 9, run: 'true' }]);
  for (let times = 0; times < 2; times += 1) {
    world.pass(600_000);
    expect((await slowCycle(one)).push).toMatchObject({ lane: 'accepted' });
  }
  expect(one.disk.outbox).toHaveLength(1);
  world.pass(600_000);
  expect(await takenBack(world, one)).not.toContain('"mine"');
});

test('R5, D5 while nobody can tell whether an edit landed, those after it in that document wait', async () => {
  const world = await createFleet(1);
  const [one] = world.machines;
  world.person({ 'fleet.yaml': 'name: home\n' });
  await one.cycle();
  await one.edit({ kind: 'pause', id: 'fleet', until: null, note: '' });
  one.line.lose = 'request';
  await one.cycle();
  // Nothing is paused on main: alone it would count as done, and the pause came after it.
  await one.edit({ kind: 'resume', id: 'fleet' });
  world.orders([]);
  world.pass(600_000);
  await slowCycle(one);
  expect(waiting(one)).toEqual(['pause', 'resume']);
  world.pass(600_000);
  for (let times = 0; times < 3; times += 1) await one.cycle();
  expect([one.disk.outbox, await world.text('fleet.yaml')]).toEqual([[], 'name: home\n']);
});

test('R5, D5 what is changed of an order is not lost while nobody can tell whether it was placed', async () => {
  const { world, one } = await unanswered();
  one.line.shows = null;
  world.orders([{ id: 'old', assign: 9, run: 'true' }]);
  await one.edit({ kind: 'set', id: 'mine', field: 'title', value: 'x' });
  world.pass(600_000);
  await slowCycle(one);
  expect(waiting(one)).toEqual(['add', 'set']);
});

test('R5.3 a git that was too slow is asked ever less often, and edits wait visibly', async () => {
  const { world, one } = await unanswered();
  one.line.shows = null;
  world.orders([{ id: 'old', assign: 9, run: 'true' }]);
  await one.edit({ kind: 'pause', id: 'fleet', until: null, note: '' });
  const asked: number[] = [];
  for (let minute = 0; minute < 60; minute += 1) {
    world.pass(60_000);
    const { seen } = await slowCycle(one, () => asked.push(minute));
    expect(seen?.edits.held).toMatchObject([{ intention: { edit: { kind: 'add' } }, waitsFor: { kind: 'slow' } }]);
  }
  expect(asked).toEqual([0, 2, 6, 14, 30]);
  expect(await world.text('fleet.yaml')).toContain('paused');
  world.pass(3_600_000);
  expect(await takenBack(world, one)).not.toContain('"mine"');
  expect(one.state()).not.toHaveProperty('slowCommits');
});
