// R6: the subject of a commit says what it brings to main.
import { describe, expect, test } from 'vitest';
import type { OrderEdit } from '../../src/core/model/ledger/intention.ts';
import { createFleet, quiet, type SimMachine, type World } from './world.ts';

const run = (id: string, assign: unknown = 9, more: object = {}) => ({ id, assign, run: 'true', ...more });
const add = (id: string): OrderEdit => ({ kind: 'add', order: { id, assign: 9, run: 'true' } });

async function two(): Promise<{ world: World; one: SimMachine; other: SimMachine }> {
  const world = await createFleet(2);
  const [one, other] = world.machines;
  return { world, one, other };
}

/** Of main's newest commit. */
async function newest(world: World): Promise<string | undefined> {
  const fetched = await world.eye.fetch(null);
  return fetched.kind === 'fetched' ? fetched.trees.main?.message.split('\n')[0] : undefined;
}

test('R6 the subject of a commit names results first, also of runs that an earlier push could not say', async () => {
  const { world, one } = await two();
  world.script('save', () => ({ ms: 30_000, exitCode: 0 }));
  world.orders([run('save', 1)]);
  await quiet(world);
  world.pass(31_000);
  one.line.offline = true;
  expect((await one.cycle()).finished).toHaveLength(1);
  one.line.offline = false;
  await one.edit(add('later'));
  const subject = (await one.cycle()).seen?.composed.changes?.lane?.message.split('\n')[0];
  expect(subject).toBe('1 m1: save COMPLETED, add later [skip ci]');
});

test('R6 the subject of a commit names starts, also of runs that an earlier push could not say', async () => {
  const { world, one } = await two();
  world.script('long', () => ({ ms: 3_600_000, exitCode: 0 }));
  world.orders([run('long', 1)]);
  one.line.lose = 'request';
  const first = await one.cycle();
  expect(first).toMatchObject({ started: ['long'] });
  expect(first.push?.lane).not.toBe('accepted');
  const subject = async () => (await one.cycle()).seen?.composed.changes?.lane?.message.split('\n')[0];
  expect(await subject()).toBe('1 m1: long started [skip ci]');
  await one.edit(add('later'));
  expect(await subject()).toBe('1 m1: add later [skip ci]');
});

test('R6 the subject of a commit names orders that cannot start, once', async () => {
  const { world, one } = await two();
  one.settings.blocked.set('deploy', 'for this test');
  world.orders([run('deploy', 1)]);
  const subject = async () => (await one.cycle()).seen?.composed.changes?.lane?.message.split('\n')[0];
  expect(await subject()).toBe('1 m1: deploy BLOCKED [skip ci]');
  await one.edit(add('later'));
  expect(await subject()).toBe('1 m1: add later [skip ci]');
});

describe('R6: what an earlier push said in the lane alone', () => {
  test('R6 a result whose fold was refused is named by the commit that brings it to main', async () => {
    const { world, one } = await two();
    world.script('save', () => ({ ms: 60_000, exitCode: 0 }));
    world.orders([run('save', 1)]);
    await quiet(world);
    world.pass(60_000);
    world.person({ 'notes.txt': 'meanwhile' });
    expect((await one.cycle({ dryRun: false, mayRecall: true })).push).toMatchObject({ lane: 'accepted', main: 'refused' });
    expect((await one.cycle()).push).toMatchObject({ main: 'accepted' });
    expect(await newest(world)).toBe('1 m1: save COMPLETED [skip ci]');
  });

  test('R6 results that a person made unreadable on main count as the lane has them', async () => {
    const { world, one } = await two();
    world.script('save', () => ({ ms: 60_000, exitCode: 0 }));
    world.orders([run('save', 1)]);
    await quiet(world);
    world.pass(60_000);
    await quiet(world);
    world.person({ 'results/1.json': 'not any more' });
    await one.edit(add('later'));
    await one.cycle();
    expect(await newest(world)).toBe('1 m1: add later [skip ci]');
  });
});

test('R6 I1.1 the first push that brings a machine to the board says that it joined', async () => {
  const { world } = await two();
  const third = world.addMachine('m3');
  await third.join();
  await third.cycle();
  expect(await newest(world)).toBe('3 m3: joined [skip ci]');
});

test('R6 a message is named with whom it is for', async () => {
  const { world, one } = await two();
  await quiet(world);
  const send = (to: string) =>
    one.journal.record({
      id: `to-${to}`,
      recordedAt: '2026-11-20T10:00:00.000Z',
      kind: 'send',
      to,
      body: 'Hello.',
      priority: 'normal',
    });
  for (const to of ['2', '0', 'ALL']) await send(to);
  await one.cycle();
  expect(await newest(world)).toBe('1 m1: message to people, message to 2, message to everybody [skip ci]');
  await one.edit(add('later'));
  await one.cycle();
  expect(await newest(world)).toBe('1 m1: add later [skip ci]');
});

test('R6 a push that brings only what others said names them', async () => {
  const { world, one, other } = await two();
  world.script('save', () => ({ ms: 60_000, exitCode: 0 }));
  world.orders([run('save', 2)]);
  await quiet(world);
  world.pass(60_000);
  world.person({ 'notes.txt': 'meanwhile' });
  expect((await other.cycle({ dryRun: false, mayRecall: true })).push).toMatchObject({ lane: 'accepted', main: 'refused' });
  // Long enough for an answer, and too short for news of who was seen when.
  world.pass(300_000);
  await one.cycle();
  expect(await newest(world)).toBe('1 m1: news of 2 [skip ci]');
});

test('R6 I4 that a machine left comes first', async () => {
  const { world, one } = await two();
  await quiet(world);
  await one.journal.record({
    id: 'bye',
    recordedAt: '2026-11-20T10:00:00.000Z',
    kind: 'send',
    to: '2',
    body: 'Bye.',
    priority: 'normal',
  });
  const state = one.state();
  await one.journal.save({ ...state, leaving: { since: '2026-11-20T10:00:00.000Z', stop: false, landed: false } });
  await one.cycle();
  expect(await newest(world)).toBe('1 m1: left the fleet, message to 2 [skip ci]');
});

test('R6 F4 main says what people wrote, and the branch of the board what the machine says', async () => {
  const { world, one } = await two();
  world.person({ 'fleet.yaml': 'board: coord-board\n' });
  await quiet(world);
  world.script('save', () => ({ ms: 60_000, exitCode: 0 }));
  world.orders([run('save', 1)]);
  await quiet(world);
  world.pass(60_000);
  await one.edit(add('later'));
  const { seen } = await one.cycle();
  const subjects = seen?.composed.changes?.boards.map(({ branch, message }) => [branch, message.split('\n')[0]]);
  expect(subjects).toEqual([
    [null, '1 m1: add later [skip ci]'],
    ['coord-board', '1 m1: save COMPLETED, add later [skip ci]'],
  ]);
});
