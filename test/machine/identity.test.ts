// A machine for life, in memory: taking over (I2), two folders of one machine (R3), leaving and being removed (I4).
import { expect, test } from 'vitest';
import { adoptLane } from '../../src/machine/membership/adopt.ts';
import { removeMachine } from '../../src/machine/membership/remove-machine.ts';
import { createFleet, quiet, type SimMachine, type World } from './world.ts';

const MAIN = 'refs/heads/main';
const LANE_2 = 'refs/coord/machines/2';

function at(world: World, number: number): SimMachine {
  const machine = world.machines[number - 1];
  if (machine === undefined) throw new Error(`no machine ${number}`);
  return machine;
}

/** A second folder of the same machine: the same disk, up to now. */
function copyOf(world: World, original: SimMachine): SimMachine {
  const copy = world.addMachine(`${original.name}-copy`);
  copy.number = original.number;
  copy.disk.state = structuredClone(original.disk.state);
  copy.settings.self = original.settings.self;
  return copy;
}

async function leave(machine: SimMachine, stop = false): Promise<void> {
  const since = '2026-11-20T22:00:00.000Z';
  await machine.journal.save({ ...machine.state(), leaving: { since, stop, landed: false } });
}

const order = (id: string, change: object = {}) => ({ id, assign: 2, run: 'true', ...change });

test('I2 a new folder says more than lane and main, starts nothing before that stands, reruns nothing', async () => {
  const world = await createFleet(2);
  const old = at(world, 2);
  world.orders([order('done')]);
  await quiet(world);
  const before = world.hub.refs.get(LANE_2);
  const heir = world.addMachine('heir');
  world.orders([order('done'), order('next')]);
  await heir.join(null, 2);
  expect(heir.number).toBe(2);
  expect(world.hub.refs.get(LANE_2)).not.toBe(before);
  expect(heir.runner.starts).toEqual([]);
  await heir.cycle();
  expect(heir.runner.starts.map((it) => it.order)).toEqual(['next']);
  expect((await old.cycle()).state.duplicate).toBe(world.hub.refs.get(LANE_2));
  expect(old.runner.starts.map((it) => it.order)).toEqual(['done']);
});

test.each([
  'answer',
  'request',
] as const)('I2 R5 the %s of the first push is lost: one lane, and the heir has it', async (lose) => {
  const world = await createFleet(2);
  const heir = world.addMachine('heir');
  heir.line.lose = lose;
  await heir.join(null, 2);
  expect(heir.state()).toMatchObject({ machine: 2, duplicate: null });
  expect(heir.state().pushed).toContain(world.hub.refs.get(LANE_2));
  expect((await heir.cycle()).state.duplicate).toBeNull();
});

test('I2 the earlier folder pushes at that moment: the lease refuses, and its words are taken over too', async () => {
  const world = await createFleet(2);
  const old = at(world, 2);
  const heir = world.addMachine('heir');
  heir.line.beforePush = async () => {
    world.orders([order('late')]);
    await old.cycle();
  };
  await heir.join(null, 2);
  expect(old.runner.starts.map((it) => it.order)).toEqual(['late']);
  const memory = [...heir.state().ended, ...heir.state().older];
  expect(memory.map((run) => run.order)).toEqual(['late']);
  await heir.cycle();
  await heir.cycle();
  expect(heir.runner.starts).toEqual([]);
});

test('R3 adopt: the folder starts nothing while its word is not on the lane, not even offline', async () => {
  const world = await createFleet(2);
  const original = at(world, 2);
  const copy = copyOf(world, original);
  world.orders([order('a')]);
  await original.cycle();
  expect((await copy.cycle()).state.duplicate).not.toBeNull();
  expect(await adoptLane(copy.machine())).not.toBeNull();
  world.orders([order('a'), order('b')]);
  copy.line.lose = 'request';
  const lost = await copy.cycle();
  expect(lost.waiting).toMatchObject([{ order: 'b', reason: 'starts next' }]);
  copy.line.offline = true;
  await copy.cycle();
  expect(copy.runner.starts).toEqual([]);
  copy.line.offline = false;
  await copy.cycle();
  await copy.cycle();
  expect(copy.runner.starts.map((it) => it.order)).toEqual(['b']);
  expect((await original.cycle()).state.duplicate).not.toBeNull();
  expect(original.runner.starts.map((it) => it.order)).toEqual(['a']);
});

test('R3, S5 a duplicate numbers no message: the other folder does; after adopt it comes behind those', async () => {
  const world = await createFleet(2);
  const original = at(world, 2);
  const copy = copyOf(world, original);
  const send = (from: SimMachine, body: string) => {
    const recordedAt = '2026-11-20T22:00:00.000Z';
    return from.journal.record({ id: `send-${body}`, recordedAt, kind: 'send', to: '1', body, priority: 'normal' });
  };
  await send(original, 'from the original');
  await original.cycle();
  await send(copy, 'from the copy');
  const halted = await copy.cycle();
  expect(halted.state).toMatchObject({ duplicate: world.hub.refs.get(LANE_2), mail: { sent: {} } });
  expect(copy.disk.outbox).toHaveLength(1);
  await adoptLane(copy.machine());
  await copy.cycle();
  const numbers = Object.fromEntries((copy.state().mail.sent['1']?.messages ?? []).map(({ number, body }) => [body, number]));
  expect(numbers).toEqual({ 'from the original': 1, 'from the copy': 2 });
});

test('R3a, C3 a main that stays rewritten is said once, with the time at which it was first seen', async () => {
  const world = await createFleet(1);
  const one = at(world, 1);
  world.hub.setRef(MAIN, null);
  const { rewritten } = (await one.cycle()).state;
  expect(rewritten).toMatchObject({ found: null });
  const saves = one.calls.save;
  world.pass(3_600_000);
  expect((await one.cycle()).state.rewritten).toEqual(rewritten);
  expect(one.calls.save).toBe(saves);
});

test('R3 a folder copied to another computer halts there, however early it comes; the original goes on', async () => {
  const world = await createFleet(2);
  const original = at(world, 2);
  const copy = copyOf(world, original);
  copy.settings.self = { ...original.settings.self, computer: 'another-computer' };
  world.orders([order('a')]);
  const refs = new Map(world.hub.refs);
  const outcome = await copy.cycle();
  expect({ push: outcome.push, started: outcome.started }).toEqual({ push: null, started: [] });
  expect(outcome.state.duplicate).toBe(world.hub.refs.get(LANE_2));
  copy.line.offline = true;
  expect((await copy.cycle()).started).toEqual([]);
  copy.line.offline = false;
  await expect(removeMachine(copy.machine(), copy.state(), () => 1)).rejects.toMatchObject({ code: 'REFUSED' });
  expect(world.hub.refs).toEqual(refs);
  await original.cycle();
  expect(original.runner.starts.map((it) => it.order)).toEqual(['a']);
  expect(original.state().duplicate).toBeNull();
  // A person's word makes it the machine, and then the original halts.
  expect(await adoptLane(copy.machine())).not.toBeNull();
  await copy.cycle();
  expect((await copy.cycle()).state).toMatchObject({ duplicate: null, computer: 'another-computer' });
  expect((await original.cycle()).state.duplicate).not.toBeNull();
});

test('R3 a folder that has halted stays so where the lane is deleted, until adopt', async () => {
  const world = await createFleet(2);
  const original = at(world, 2);
  const copy = copyOf(world, original);
  world.orders([order('a', { assign: 2 })]);
  await original.cycle();
  expect((await copy.cycle()).state.duplicate).not.toBeNull();
  world.hub.setRef(LANE_2, null);
  world.orders([order('b', { assign: 2 })]);
  expect(await copy.cycle()).toMatchObject({ push: null, started: [] });
  expect(await adoptLane(copy.machine())).not.toBeNull();
  await copy.cycle();
  await copy.cycle();
  expect(copy.runner.starts.map((it) => it.order)).toEqual(['b']);
});

test('R3 adopt without a foreign commit does nothing', async () => {
  const world = await createFleet(2);
  const saves = at(world, 2).calls.save;
  expect(await adoptLane(at(world, 2).machine())).toBeNull();
  expect(at(world, 2).calls.save).toBe(saves);
});

test('I4 leaving: nothing starts, LEFT is said, and then not even a fetch; nobody calls it lost', async () => {
  const world = await createFleet(2);
  const [one, two] = [at(world, 1), at(world, 2)];
  await leave(two);
  world.orders([order('a'), order('everywhere', { assign: 'all' })]);
  await quiet(world);
  expect(two.runner.starts).toEqual([]);
  expect(two.state().leaving).toMatchObject({ landed: true });
  const lane = world.hub.refs.get(LANE_2);
  const { fetch } = two.calls;
  for (let hour = 0; hour < 5; hour += 1) {
    world.pass(3_600_000);
    for (const machine of world.machines) await machine.cycle();
  }
  expect([two.calls.fetch, world.hub.refs.get(LANE_2)]).toEqual([fetch, lane]);
  const status = await world.status();
  expect(status.machines['2']).toMatchObject({ state: 'LEFT' });
  expect(status.orders).toMatchObject({ a: { state: 'BLOCKED' }, everywhere: { state: 'COMPLETED', machines: { 1: {} } } });
  expect(await world.text('COMPUTER_1.md', 'refs/coord/machines/1')).not.toContain('lost_2');
  expect(one.state().duplicate).toBeNull();
});

test('I4 messages whose log is full hold no leave: they are dropped and counted, by reader', async () => {
  const world = await createFleet(2);
  const two = at(world, 2);
  const recordedAt = '2026-11-20T22:00:00.000Z';
  for (let index = 0; index < 20; index += 1) {
    const body = `${index} ${'x'.repeat(60_000)}`;
    await two.journal.record({ id: `send-${index}`, recordedAt, kind: 'send', to: '1', body, priority: 'normal' });
  }
  await leave(two);
  expect(await two.killedCycle((step) => step === 'pushed')).toBe(true);
  expect(await two.killedCycle((step) => step === 'left-journaled')).toBe(true);
  expect(two.disk.outbox).toHaveLength(3);
  await two.cycle();
  expect(two.state().leaving).toMatchObject({ landed: true, unsent: { 1: 3 } });
  expect(two.disk.outbox).toEqual([]);
  expect((await world.text('messages/2_TO_1.md'))?.match(/^## /gm)).toHaveLength(17);
});

test('I4 offline or refused, LEFT has not landed: the next cycle says it, after the person’s own edit', async () => {
  const world = await createFleet(2);
  const two = at(world, 2);
  await two.edit({ kind: 'add', order: { id: 'bye', assign: 1, run: 'true' } });
  await leave(two);
  two.line.offline = true;
  await two.cycle();
  expect(two.state().leaving).toMatchObject({ landed: false });
  two.line.offline = false;
  two.line.beforePush = async () => world.person({ 'specs/x.md': 'x' });
  await two.cycle();
  await two.cycle();
  expect(two.disk.outbox.length === 0 || two.state().leaving?.landed === false).toBe(true);
  await two.cycle();
  await two.cycle();
  expect(two.state().leaving).toMatchObject({ landed: true });
  expect(await world.text('ORDERS.json')).toContain('bye');
});

test('I4 while an edit of its people cannot go out, it has not left, though LEFT is said', async () => {
  const world = await createFleet(2);
  const two = at(world, 2);
  world.person({ 'ORDERS.json': '{ "orders": [' });
  await two.edit({ kind: 'add', order: { id: 'bye', assign: 1, run: 'true' } });
  await leave(two);
  await quiet(world);
  expect((await world.status()).machines['2']).toMatchObject({ state: 'LEFT' });
  expect(two.state().leaving).toMatchObject({ landed: false });
  world.orders([]);
  await quiet(world);
  expect(two.state().leaving).toMatchObject({ landed: true });
  expect(await world.text('ORDERS.json')).toContain('bye');
});

test('I4 removed on another’s word: folded like any word, never lost; it halts when it comes back', async () => {
  const world = await createFleet(3);
  const [one, two, three] = [at(world, 1), at(world, 2), at(world, 3)];
  const remove = () => removeMachine(one.machine(), one.state(), () => 2);
  one.line.beforePush = async () => world.person({ 'specs/x.md': 'x' });
  expect(await remove()).toEqual({ machine: 2, name: 'm2', removed: true });
  expect(await remove()).toEqual({ machine: 2, name: 'm2', removed: false });
  await three.cycle();
  await one.cycle();
  world.pass(3_600_000);
  await one.cycle();
  await three.cycle();
  expect((await world.status(MAIN)).machines['2']).toMatchObject({ state: 'LEFT' });
  expect(await world.text('COMPUTER_2.md')).toMatch(/^removed_by: 1$/m);
  world.orders([order('a')]);
  expect((await two.cycle()).state.duplicate).not.toBeNull();
  expect(two.runner.starts).toEqual([]);
  await adoptLane(two.machine());
  await quiet(world);
  expect((await world.status()).machines['2']).toMatchObject({ state: 'IDLE' });
  expect(two.runner.starts.map((it) => it.order)).toEqual(['a']);
});

test('I4 R5 the answer to a removal is lost: it is known to be done', async () => {
  const world = await createFleet(2);
  const one = at(world, 1);
  one.line.lose = 'answer';
  expect(await removeMachine(one.machine(), one.state(), () => 2)).toEqual({ machine: 2, name: 'm2', removed: true });
});

test('I4 a machine without a lane and with an unreadable copy is not removed; it says where its word is', async () => {
  const world = await createFleet(2);
  const one = at(world, 1);
  world.hub.setRef(LANE_2, null);
  world.person({ 'COMPUTER_2.md': 'garbage' });
  await expect(removeMachine(one.machine(), one.state(), () => 2)).rejects.toMatchObject({
    code: 'REFUSED',
    message: expect.stringContaining('what machine 2 wrote cannot be read'),
    hint: expect.stringContaining('git log --patch -- coordination/COMPUTER_2.md'),
  });
});

test.each(['R3 whose folder was copied', 'R3a that sees main rewritten'] as const)('a machine %s removes nobody', async (why) => {
  const world = await createFleet(2);
  const one = at(world, 1);
  const removes = () => removeMachine(one.machine(), one.state(), () => 2);
  if (why.startsWith('R3a')) world.hub.setRef(MAIN, null);
  else {
    const copy = copyOf(world, one);
    world.pass(3_600_000);
    await copy.cycle();
  }
  const before = world.hub.refs.get(LANE_2);
  await expect(removes()).rejects.toMatchObject({ code: 'REFUSED' });
  expect(world.hub.refs.get(LANE_2)).toBe(before);
});
