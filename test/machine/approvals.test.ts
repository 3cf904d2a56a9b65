import { describe, expect, test } from 'vitest';
import type { OrderChange } from '../../src/core/model/ledger/intention.ts';
import { seenOrder } from '../../src/documents/orders/seen-order.ts';
import { createFleet, type World } from './world.ts';

const run = (id: string, more: object = {}) => ({ id, run: 'true', ...more });

function starts(world: World): string[] {
  return world.machines.flatMap((machine) => machine.runner.starts.map(({ order }) => `${machine.number} ${order}`)).sort();
}

async function live(world: World, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    world.pass(1000);
    for (const machine of world.machines) await machine.cycle();
  }
}

test('O4a approvals by fleet.yaml: BLOCKED, asked for, and freed by a person, as with approval: true', async () => {
  const world = await createFleet(2);
  const [one] = world.machines;
  world.person({ 'fleet.yaml': 'approvals: { types: [deploy] }\n' });
  world.orders([
    run('mine', { type: 'deploy', assign: 1 }),
    run('any', { type: 'deploy', approval: false }),
    run('all', { type: 'deploy', assign: 'all' }),
    run('free', { assign: 1 }),
    run('given', { type: 'deploy', assign: 2, approved: true }),
  ]);
  await live(world, 60);
  expect(starts(world)).toEqual(['1 free', '2 given']);
  const { orders, needsYou } = await world.status();
  for (const id of ['mine', 'any', 'all']) {
    expect(orders[id]).toMatchObject({
      state: 'BLOCKED',
      reason: `waits for approval; coord approve ${id}`,
      approval: 'awaited',
    });
    expect(needsYou).toContainEqual({ code: 'order', order: id, why: `waits for approval; coord approve ${id}` });
  }
  for (const id of ['mine', 'any', 'all']) await one.edit({ kind: 'set', id, field: 'approved', value: true });
  await live(world, 5);
  expect(starts(world)).toEqual(['1 all', '1 free', '1 mine', '2 all', '2 any', '2 given']);
});

test('D8.1 a fleet.yaml under another name is named, and nothing new starts until that is mended', async () => {
  const world = await createFleet(1);
  await live(world, 5);
  world.person({ 'fleet.yml': 'approvals: { kinds: [shell] }\n', 'fleet.yaml': null });
  world.orders([{ id: 'a', assign: 1, run: 'true' }]);
  await live(world, 5);
  const { needsYou } = await world.status();
  expect(needsYou).toMatchObject([{ document: 'fleet.yaml' }, { order: 'a' }]);
  expect(JSON.stringify(needsYou)).toContain('expected the name fleet.yaml, found \\"fleet.yml\\"');
  expect(starts(world)).toEqual([]);
  world.person({ 'fleet.yml': null });
  await live(world, 5);
  expect(starts(world)).toEqual(['1 a']);
});

test('O4a a rule that comes later stops nothing that has started, and gives a claim back', async () => {
  const world = await createFleet(1);
  const [one] = world.machines;
  world.script('long', () => ({ ms: 60_000, exitCode: 0 }));
  one.settings.self = { ...one.settings.self, policy: { ...one.settings.self.policy, slots: 2 } };
  world.orders([run('long', { assign: 1 }), run('claimed')]);
  await one.cycle();
  expect(one.state().claims.map(({ order }) => order)).toEqual(['claimed']);
  world.person({ 'fleet.yaml': 'approvals: { kinds: [shell] }\n' });
  await live(world, 5);
  expect(starts(world)).toEqual(['1 long']);
  expect(one.state().claims).toEqual([]);
  expect((await world.status()).orders).toMatchObject({ long: { state: 'IN_PROGRESS' }, claimed: { state: 'BLOCKED' } });
});

test.each([
  ['made executable', '100755', ''],
  ['made a link', '120000', ''],
  ['that never was a plain file', '100755', 'never'],
])('O4a, D8 approvals in a fleet.yaml %s hold as they did', async (_, mode, before) => {
  const world = await createFleet(1);
  const text = 'approvals: { types: [deploy] }\n';
  if (before === '') {
    world.person({ 'fleet.yaml': '# nothing yet\n' });
    world.person({ 'fleet.yaml': text });
  }
  world.hub.commitAsPerson({ 'coordination/fleet.yaml': { mode, text } });
  world.orders([run('mine', { type: 'deploy', assign: 1 })]);
  await live(world, 20);
  expect(starts(world)).toEqual([]);
  expect((await world.status()).orders.mine).toMatchObject({ state: 'BLOCKED', approval: 'awaited' });
});

test('D4 approvals that cannot be read hold everything back, with the place, until they are mended', async () => {
  const world = await createFleet(1);
  world.person({ 'fleet.yaml': 'approvals: { type: deploy }\n' });
  world.orders([run('a', { assign: 1 })]);
  await live(world, 5);
  expect(starts(world)).toEqual([]);
  const { orders, needsYou } = await world.status();
  expect(orders.a?.reason).toMatch(
    /^waits for approval, because of fleet.yaml line 1 column \d+: expected "approvals" .*; coord approve a$/,
  );
  expect(needsYou).toMatchObject([{ document: 'fleet.yaml' }, { order: 'a' }]);
  world.person({ 'fleet.yaml': 'approvals: { types: deploy }\n' });
  await live(world, 2);
  expect(starts(world)).toEqual(['1 a']);
});

test('D4 a fleet.yaml that cannot be read takes no approval away, nor does one that never could', async () => {
  const world = await createFleet(1);
  world.person({ 'fleet.yaml': 'approvals: { types: deploy }\n' });
  await live(world, 1);
  world.person({ 'fleet.yaml': 'approvals: {\n' });
  world.orders([run('a', { type: 'deploy', assign: 1 }), run('b', { assign: 1 })]);
  await live(world, 3);
  expect(starts(world)).toEqual(['1 b']);
  const other = await createFleet(1);
  other.person({ 'fleet.yaml': 'approvals: {\n' });
  other.orders([run('a', { type: 'deploy', assign: 1 })]);
  await live(other, 3);
  expect(starts(other)).toEqual([]);
});

test('D4 what a slip in fleet.yaml holds back, and a pause, stand while no later version can be read', async () => {
  for (const held of ['approvals: { typse: [deploy] }\n', 'aprovals: { types: [deploy] }\n', 'paused: all\n']) {
    const world = await createFleet(1);
    const [one] = world.machines;
    world.person({ 'fleet.yaml': held });
    await live(world, 1);
    world.person({ 'fleet.yaml': `${held}- [\n` });
    world.orders([run('a', { type: 'deploy', assign: 1 })]);
    await live(world, 2);
    for (let at = 0; at < 3; at += 1) world.person({ 'fleet.yaml': `${held}- [${at}\n` });
    one.restart();
    await live(world, 2);
    expect(starts(world)).toEqual([]);
  }
});

test('O4a, O12 a schedule is approved by its own id, once for all its times', async () => {
  const world = await createFleet(1);
  const [one] = world.machines;
  world.person({ 'fleet.yaml': 'approvals: { types: [deploy] }\n' });
  world.orders([run('often', { type: 'deploy', assign: 1, schedule: '* * * * *' })]);
  await live(world, 130);
  expect(starts(world)).toEqual([]);
  const { orders, needsYou } = await world.status();
  expect(orders.often).toMatchObject({ state: 'BLOCKED', reason: expect.stringContaining('coord approve often') });
  expect(needsYou).toEqual([{ code: 'order', order: 'often', why: expect.stringMatching(/coord approve often$/) }]);
  expect(JSON.stringify(orders)).not.toContain('coord approve often@');
  await one.edit({ kind: 'set', id: 'often', field: 'approved', value: true });
  await live(world, 130);
  expect(starts(world).length).toBeGreaterThan(1);
});

describe('O4a an approval is for what was seen', () => {
  const deploy = (more: object = {}) => ({ id: 'deploy', assign: 2, run: 'ship 1', approval: true, ...more });
  const file = (...orders: object[]) => JSON.stringify({ orders });
  const approve = (text: string): OrderChange => {
    const seen = seenOrder(text, 'deploy');
    if (seen === null) throw new Error('no order');
    const fields = [{ kind: 'set' as const, id: 'deploy', field: 'approved', value: seen.mark }];
    return { kind: 'change', id: 'deploy', fields, seen: { order: 'deploy', ...seen } };
  };

  test.each([
    ['other work', { run: 'ship 2' }],
    ['another machine', { assign: 1 }],
    ['another generation', { generation: 2 }],
    ['another folder', { cwd: '/' }],
  ])('and lands on nothing else: %s', async (_what, more) => {
    const world = await createFleet(2);
    const [one] = world.machines;
    await one.edit(approve(file(deploy())));
    world.orders([deploy(more)]);
    await live(world, 5);
    expect(starts(world)).toEqual([]);
    expect((await world.status()).orders.deploy).toMatchObject({ state: 'BLOCKED', approval: 'awaited' });
    expect(one.state().lostEdits.map(({ reason }) => reason)).toEqual([expect.stringContaining('was changed since you saw it')]);
  });

  test('and for nothing that it is changed into later, but for as often as the same work is asked for', async () => {
    const world = await createFleet(2);
    const [one] = world.machines;
    const waits = deploy({ after: ['build'] });
    world.orders([waits]);
    await one.edit(approve(file(waits)));
    await one.cycle();
    const text = (await world.text('ORDERS.json')) ?? '';
    const [approved] = JSON.parse(text).orders;
    expect(approved.approved).toMatch(/^[a-z0-9]+$/);
    const built = { id: 'build', assign: 1, run: 'true' };
    world.orders([built, { ...approved, run: 'ship 2' }]);
    await live(world, 5);
    expect(starts(world)).toEqual(['1 build']);
    expect((await world.status()).orders.deploy?.reason).toBe(
      'waits for approval: it was changed after it was approved; coord approve deploy',
    );
    world.orders([built, { ...approved, title: 'The site', priority: 'high' }]);
    await live(world, 5);
    world.orders([built, { ...approved, generation: 2 }]);
    await live(world, 5);
    expect(starts(world)).toEqual(['1 build', '2 deploy', '2 deploy']);
  });

  test('said again after it has landed, it is no refusal', async () => {
    const world = await createFleet(2);
    const [one] = world.machines;
    world.orders([deploy({ assign: 9 })]);
    const edit = approve(file(deploy({ assign: 9 })));
    await one.edit(edit);
    await one.edit(edit);
    await one.cycle();
    expect(one.state().lostEdits).toEqual([]);
  });

  test('the board shows it as approved at once, also where its machine has said that it waits, and sleeps', async () => {
    const world = await createFleet(2);
    const [one, two] = world.machines;
    world.orders([deploy()]);
    await two.cycle();
    expect((await world.status()).orders.deploy).toMatchObject({ state: 'BLOCKED', approval: 'awaited' });
    await one.edit(approve(file(deploy())));
    await one.cycle();
    expect((await world.status()).orders.deploy).toMatchObject({ state: 'QUEUED', reason: 'waits for 2 m2', approval: 'given' });
  });
});
