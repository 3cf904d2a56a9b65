import { describe, expect, test } from 'vitest';
import type { Json, OrderEdit, PersonEdit } from '../../src/core/model/ledger/intention.ts';
import { createFleet, quiet, type SimMachine, type World } from './world.ts';

const run = (id: string, assign: unknown = 9, more: object = {}) => ({ id, assign, run: 'true', ...more });
const add = (id: string): OrderEdit => ({ kind: 'add', order: { id, assign: 9, run: 'true' } });
const ids = async (world: World) => Object.keys((await world.status()).orders);

async function two(): Promise<{ world: World; one: SimMachine; other: SimMachine }> {
  const world = await createFleet(2);
  const [one, other] = world.machines;
  return { world, one, other };
}

describe('D5: edits that came through this machine', () => {
  test('D5 land on main in one push, and leave the outbox', async () => {
    const { world, one } = await two();
    await one.edit(add('a'));
    await one.edit({ kind: 'set', id: 'a', field: 'priority', value: 'high' });
    const outcome = await one.cycle();
    expect(outcome.push).toMatchObject({ main: 'accepted', pushes: 1 });
    expect(await one.journal.intentions()).toEqual([]);
    expect(await world.text('ORDERS.json')).toContain('"high"');
    expect(await ids(world)).toEqual(['a']);
  });

  test('D5 an order that was placed here for here starts with the next cycle', async () => {
    const { one } = await two();
    await one.edit({ kind: 'add', order: { id: 'a', assign: 1, run: 'true' } });
    expect((await one.cycle()).started).toEqual([]);
    expect((await one.cycle()).started).toEqual(['a']);
  });

  test('D5 a thousand edits of one save land in one push', async () => {
    const { world, one } = await two();
    world.orders(Array.from({ length: 1_500 }, (_, at) => run(`o${at}`, 9, { priority: 'low', title: 'x'.repeat(100) })));
    for (let at = 0; at < 500; at += 1)
      await one.edit({ kind: 'set', id: `o${at}`, field: 'priority', value: 'high', was: ['low'] });
    for (let at = 1_000; at < 1_500; at += 1) await one.edit({ kind: 'remove', id: `o${at}` });
    expect((await one.cycle()).push).toMatchObject({ main: 'accepted', pushes: 1 });
    const text = (await world.text('ORDERS.json')) ?? '';
    expect([text.match(/"high"/g), text.match(/"low"/g)].map((found) => found?.length)).toEqual([500, 500]);
  });

  test('D5 of several new orders each lands, also beside a chain that stands there twice', async () => {
    const { world, one } = await two();
    world.orders([
      { id: 'c', steps: [{ run: 'x' }] },
      { id: 'c', steps: [{ run: 'y' }] },
    ]);
    for (const id of ['c.1', 'new']) await one.edit(add(id));
    await one.cycle();
    const text = (await world.text('ORDERS.json')) ?? '';
    expect(['"c.1"', '"new"'].filter((id) => !text.includes(id))).toEqual([]);
  });

  test('D5 a refused main: rebuilt on what is there now, and pushed again', async () => {
    const { world, one, other } = await two();
    await one.edit(add('a'));
    await other.edit(add('b'));
    one.line.beforePush = async () => void (await other.cycle());
    expect((await one.cycle()).push).toMatchObject({ main: 'refused' });
    expect(await one.journal.intentions()).toHaveLength(1);
    expect((await one.cycle()).push).toMatchObject({ main: 'accepted' });
    expect(await ids(world)).toEqual(['b', 'a']);
  });

  test('D5 what is there already is settled without a push', async () => {
    const { world, one } = await two();
    world.orders([run('a')]);
    // Which machine answers people's edit first depends on the commit.
    await quiet(world);
    await one.edit(add('a'));
    await one.edit({ kind: 'remove', id: 'nobody' });
    expect((await one.cycle()).push).toBeNull();
    expect(await one.journal.intentions()).toEqual([]);
    expect(one.state().lostEdits).toEqual([]);
  });

  test('D5 what cannot be applied is reported, once, and the others go on', async () => {
    const { world, one } = await two();
    world.orders([run('a', 9, { title: 'another' })]);
    await one.edit(add('a'));
    await one.edit(add('b'));
    await one.cycle();
    await one.cycle();
    expect(one.state().lostEdits.map((it) => it.reason)).toEqual(['there is an order "a" already']);
    expect(await one.journal.intentions()).toEqual([]);
    expect(await ids(world)).toEqual(['a', 'b']);
  });

  test('D5.6 each edit of a large save that is not done is told, and reports are bounded', async () => {
    const { world, one } = await two();
    for (let index = 0; index < 30; index += 1) await one.edit({ kind: 'set', id: `x${index}`, field: 'title', value: 'x' });
    await one.cycle();
    expect(one.state().lostEdits).toHaveLength(30);
    for (let index = 30; index < 510; index += 1) await one.edit({ kind: 'set', id: `x${index}`, field: 'title', value: 'x' });
    for (let cycles = 0; cycles < 20 && (await one.journal.intentions()).length > 0; cycles += 1) await one.cycle();
    expect(one.state().lostEdits).toHaveLength(500);
    expect(one.state().lostEdits.at(-1)?.edit).toMatchObject({ id: 'x509' });
    const long = 'x'.repeat(100_000);
    await one.edit({ kind: 'set', id: 'y', field: 'steps', value: [{ run: long }], was: [[{ run: `${long}y` }]], work: long });
    await one.cycle();
    expect(one.state().lostEdits.at(-1)?.edit).toEqual({ kind: 'set', id: 'y', field: 'steps', value: '…' });
    world.pass(86_400_000);
    await one.edit({ kind: 'set', id: 'z', field: 'title', value: 'x' });
    await one.cycle();
    expect(one.state().lostEdits).toHaveLength(1);
  });

  test('D5 while ORDERS.json cannot be read, edits wait', async () => {
    const { world, one } = await two();
    world.person({ 'ORDERS.json': '{ "orders": [' });
    await one.edit(add('a'));
    await one.edit({ kind: 'set', id: 'nobody', field: 'title', value: 'x' });
    for (let times = 0; times < 3; times += 1) {
      const { push, seen } = await one.cycle();
      // The first one answers the person whose file it is (F1).
      if (times > 0) expect(push).toBeNull();
      expect(seen?.edits.held.map(({ waitsFor }) => waitsFor)).toEqual(
        Array(2).fill({ kind: 'fix', what: expect.stringContaining('ORDERS.json line 1') }),
      );
    }
    expect(await one.journal.intentions()).toHaveLength(2);
    expect(one.state().lostEdits).toEqual([]);
    world.orders([run('b')]);
    await one.cycle();
    expect(await ids(world)).toEqual(['b', 'a']);
    expect(one.state().lostEdits).toHaveLength(1);
  });

  test('D5 what a person has to mend is named as one would say it', async () => {
    const { world, one } = await two();
    world.orders([run('b', 9)]);
    await one.cycle();
    world.person({ 'ORDERS.json': null });
    await one.edit(add('a'));
    expect((await one.cycle()).seen?.edits.held).toMatchObject([
      { waitsFor: { kind: 'fix', what: 'ORDERS.json, which is not on main' } },
    ]);
  });

  test('D5 D4 while ORDERS.json is gone, edits wait: a new one would remove all orders', async () => {
    const { world, one, other } = await two();
    world.script('long', () => ({ ms: Number.POSITIVE_INFINITY, exitCode: 0 }));
    world.orders([run('long', 2)]);
    await quiet(world);
    world.person({ 'ORDERS.json': null });
    await one.edit(add('a'));
    await one.cycle();
    expect(await world.text('ORDERS.json')).toBeNull();
    expect((await other.cycle()).stopped).toEqual([]);
    expect(await one.journal.intentions()).toHaveLength(1);
  });

  test('D5 where there never were orders, the first edit makes the file', async () => {
    const { world, one } = await two();
    world.person({ 'ORDERS.json': null });
    await one.edit(add('a'));
    await one.cycle();
    expect(await ids(world)).toEqual(['a']);
  });

  test.each(['answer', 'request'] as const)('R5 the %s of the push is lost: the edit lands once', async (lose) => {
    const { world, one } = await two();
    await one.edit(add('a'));
    one.line.lose = lose;
    await one.cycle();
    await quiet(world);
    expect(await ids(world)).toEqual(['a']);
    expect(await one.journal.intentions()).toEqual([]);
    expect(one.state().lostEdits).toEqual([]);
  });

  test('R5 the answer is lost, and a person removes the order meanwhile: it does not come back', async () => {
    const { world, one } = await two();
    await one.edit(add('a'));
    one.line.lose = 'answer';
    await one.cycle();
    world.orders([]);
    await one.cycle();
    expect(await one.journal.intentions()).toEqual([]);
    expect(await world.text('ORDERS.json')).not.toContain('"a"');
  });

  test('R5 the answer is lost, and a person changes the order meanwhile: nothing to report', async () => {
    const { world, one } = await two();
    await one.edit(add('a'));
    one.line.lose = 'answer';
    await one.cycle();
    world.orders([run('a', 9, { title: 'mine now' })]);
    await one.cycle();
    expect(one.state().lostEdits).toEqual([]);
    expect(await world.text('ORDERS.json')).toContain('mine now');
  });

  test('R5 the request is lost, and the same text was there before: the edit still lands', async () => {
    const { world, one } = await two();
    world.orders([run('a', 9, { priority: 'low' })]);
    const before = await world.text('ORDERS.json');
    world.orders([run('a', 9, { priority: 'high' })]);
    await one.edit({ kind: 'set', id: 'a', field: 'priority', value: 'low' });
    one.line.lose = 'request';
    await one.cycle();
    expect(await world.text('ORDERS.json')).not.toBe(before);
    await one.cycle();
    expect(await world.text('ORDERS.json')).toBe(before);
  });

  test('R5 the answer is lost, and a person goes back to the old text, long after: the edit does not return', async () => {
    const { world, one } = await two();
    for (let index = 0; index < 12; index += 1) world.orders([run(`x${index}`)]);
    await one.edit(add('a'));
    one.line.lose = 'answer';
    await one.cycle();
    world.orders([run('x11')]);
    await one.cycle();
    expect(await one.journal.intentions()).toEqual([]);
    expect(await world.text('ORDERS.json')).not.toContain('"a"');
  });

  test('R5 killed right after the push, and a person removes the order meanwhile: it does not come back', async () => {
    const { world, one } = await two();
    await one.edit(add('a'));
    await one.killedCycle((step) => step === 'outcome-journaled');
    world.orders([]);
    await one.cycle();
    expect(await one.journal.intentions()).toEqual([]);
    expect(await world.text('ORDERS.json')).not.toContain('"a"');
  });

  test('S6 offline they wait in the outbox', async () => {
    const { world, one } = await two();
    one.line.offline = true;
    await one.edit(add('a'));
    await one.cycle();
    expect(await one.journal.intentions()).toHaveLength(1);
    one.line.offline = false;
    await one.cycle();
    expect(await ids(world)).toEqual(['a']);
  });
});

describe('D5.4, D5.6 offline, what was seen last judges no edit', () => {
  const seenLast = async (edit: OrderEdit, meanwhile: object) => {
    const { world, one, other } = await two();
    world.orders([run('x', 9, { cancelled: true })]);
    await quiet(world);
    one.line.offline = true;
    world.orders([run('x', 9, meanwhile), run('y')]);
    await other.cycle();
    await one.edit(edit);
    await one.cycle();
    expect(await one.journal.intentions()).toHaveLength(1);
    expect(one.state().lostEdits).toEqual([]);
    one.line.offline = false;
    await one.cycle();
    expect([await one.journal.intentions(), one.state().lostEdits]).toEqual([[], []]);
    return JSON.parse((await world.text('ORDERS.json')) ?? '').orders;
  };

  test('a cancel that main seemed to have already: main had it taken back', async () => {
    const orders = await seenLast({ kind: 'set', id: 'x', field: 'cancelled', value: true }, { cancelled: false });
    expect(orders[0]).toMatchObject({ id: 'x', cancelled: true });
  });

  test('an edit of an order that did not seem to be there', async () => {
    const orders = await seenLast({ kind: 'set', id: 'y', field: 'priority', value: 'high' }, { cancelled: true });
    expect(orders[1]).toMatchObject({ id: 'y', priority: 'high' });
  });
});

test('D5.14 a value yields to one that was said later, and replaces one that was said before', async () => {
  const { world, one } = await two();
  const put = (value: Json) => one.edit({ kind: 'put', id: 'SIGNATURES.json', at: ['orders', 'x'], value, order: 'x' });
  const stands = async () => JSON.parse((await world.text('SIGNATURES.json')) ?? '{}').orders?.x;
  const [early, late] = ['2026-11-20T22:00:00.000Z', '2026-11-20T23:00:00.000Z'].map((at) => ({ by: 'k', at }));
  await put(early as Json);
  await quiet(world);
  expect(await stands()).toEqual(early);
  world.person({ 'SIGNATURES.json': `${JSON.stringify({ orders: { x: late } })}\n` });
  await put(early as Json);
  await quiet(world);
  expect(await stands()).toEqual(late);
  expect(one.state().lostEdits).toMatchObject([{ reason: 'SIGNATURES.json has a later word on x: nothing was done' }]);
  await put(null);
  await quiet(world);
  expect(await stands()).toBeUndefined();
});

test('D5.14 a value does not yield to what stood there when it was recorded, whatever its time', async () => {
  const { world, one } = await two();
  const [made, later] = ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.998Z'].map((at) => ({ by: 'k', at })) as [
    { by: string; at: string },
    { by: string; at: string },
  ];
  const value: Json = { by: 'k', at: '2026-11-20T22:00:00.000Z' };
  const stands = async () => JSON.parse((await world.text('SIGNATURES.json')) ?? '{}').orders?.x;
  for (const [there, then] of [
    [made, value],
    [later, later],
  ]) {
    world.person({ 'SIGNATURES.json': `${JSON.stringify({ orders: { x: there ?? null } })}\n` });
    await one.edit({ kind: 'put', id: 'SIGNATURES.json', at: ['orders', 'x'], value, order: 'x', was: made.at });
    await quiet(world);
    expect(await stands()).toEqual(then);
  }
});

test('D5.4 what only another edit that waits says is not on main: it stays, and lands for itself', async () => {
  const { world, one } = await two();
  world.orders([run('a', 9, { priority: 'low' })]);
  await quiet(world);
  await one.edit({ kind: 'set', id: 'a', field: 'priority', value: 'high', was: ['low'] });
  await one.edit({ kind: 'set', id: 'a', field: 'priority', value: 'high' });
  one.line.beforePush = async () => world.orders([run('a', 9, { priority: 'mid' })]);
  expect((await one.cycle()).push).toMatchObject({ main: 'refused' });
  expect(await one.journal.intentions()).toHaveLength(2);
  await quiet(world);
  expect(await world.text('ORDERS.json')).toContain('"high"');
  expect(one.state().lostEdits).toHaveLength(1);
  expect(await one.journal.intentions()).toEqual([]);
});

const PAUSE: PersonEdit = { kind: 'pause', id: '2', until: null, note: '' };
const SPEC: PersonEdit = { kind: 'spec', id: 'specs/s.md', text: 's', from: null };
const VALUE: PersonEdit = { kind: 'put', id: 'SIGNATURES.json', at: ['orders', 'x'], value: { by: 'k' }, order: 'x' };

test.each([add('a'), PAUSE, SPEC, VALUE])('D5.4 said twice while main refuses, $kind waits twice, and lands', async (edit) => {
  const { world, one } = await two();
  for (let times = 0; times < 2; times += 1) await one.edit(structuredClone(edit));
  one.line.beforePush = async () => world.person({ 'README.md': 'anew' });
  expect((await one.cycle()).push).toMatchObject({ main: 'refused' });
  expect(await one.journal.intentions()).toHaveLength(2);
  await quiet(world);
  expect(await one.journal.intentions()).toEqual([]);
  expect(one.state().lostEdits).toEqual([]);
});

describe('O8 an id that comes back', () => {
  const slow = (more: object = {}) => ({ id: 'slow', assign: 1, run: 'true', ...more });
  const ran = async () => {
    const { world, one, other } = await two();
    world.orders([slow()]);
    await quiet(world);
    world.pass(5_000);
    await quiet(world);
    expect((await world.status()).orders.slow?.state).toBe('COMPLETED');
    world.orders([]);
    await quiet(world);
    return { world, one, other };
  };

  test('placed to run, it is the next generation; said again, it changes nothing', async () => {
    const { world, one, other } = await ran();
    const again: OrderEdit = { kind: 'add', order: slow(), again: true };
    await other.edit(again);
    await other.edit(again);
    await other.cycle();
    expect(JSON.parse((await world.text('ORDERS.json')) ?? '').orders).toEqual([slow({ generation: 2 })]);
    expect(other.state().lostEdits).toEqual([]);
    expect((await one.cycle()).started).toEqual(['slow']);
    world.pass(5_000);
    await quiet(world);
    await other.edit(again);
    await other.cycle();
    expect(JSON.parse((await world.text('ORDERS.json')) ?? '').orders).toEqual([slow({ generation: 2 })]);
    expect(other.state().lostEdits).toEqual([]);
  });

  test('written into the file, it does not run, and nobody can overlook that', async () => {
    const { world, one } = await ran();
    world.orders([slow()]);
    await quiet(world);
    const { orders, needsYou } = await world.status();
    expect(orders.slow?.state).toBe('BLOCKED');
    expect(orders.slow?.reason).toMatch(
      /^slow has run before \(COMPLETED on 1, 2026-11-20 22:\d\d UTC\); to run it again: coord retry slow, or set "generation": 2, or give it another id; to keep that result: coord order resolve slow --completed$/,
    );
    expect(needsYou).toMatchObject([{ order: 'slow' }]);
    world.orders([slow({ resolved: { generation: 1, as: 'completed' } })]);
    await quiet(world);
    expect(await world.status()).toMatchObject({ orders: { slow: { state: 'COMPLETED', exitCode: 0 } }, needsYou: [] });
    world.orders([slow({ generation: 2 })]);
    expect((await one.cycle()).started).toEqual(['slow']);
  });

  test('never taken out, or unreadable for a while, it is shown as what it was', async () => {
    const { world } = await two();
    world.orders([slow()]);
    await quiet(world);
    world.pass(5_000);
    await quiet(world);
    world.orders([{ ...slow(), run: 7 }]);
    await quiet(world);
    world.orders([slow()]);
    await quiet(world);
    expect((await world.status()).orders.slow?.state).toBe('COMPLETED');
  });
});
