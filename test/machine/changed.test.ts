// An order whose entry says other work than what runs or ran under its id and generation (O8, O8b).
import { describe, expect, test } from 'vitest';
import { workHash } from '../../src/core/orders/work-hash.ts';
import { order } from '../core/samples.ts';
import { createFleet, quiet, type World } from './world.ts';

const job = (more: object = {}) => ({ id: 'job', assign: 1, run: 'make', env: { A: '1', B: '2' }, ...more });
const state = async (world: World, id = 'job') => (await world.status()).orders[id];

async function live(world: World, seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    world.pass(1000);
    for (const machine of world.machines) await machine.cycle();
  }
}
const starts = (world: World) => world.machines.flatMap((machine) => machine.runner.starts).length;

describe.each([
  ['for one machine', 1],
  ['for any', 'any'],
  ['for all', 'all'],
])('O8b an order %s', (_, assign) => {
  test('changed while it runs, it finishes as it started, and both are said; raised, the new work runs', async () => {
    const world = await createFleet(1);
    world.script('job', () => ({ ms: 200_000, exitCode: 0 }));
    world.orders([job({ assign })]);
    await live(world, 5);
    expect((await state(world))?.changed).toBeUndefined();
    world.orders([job({ assign, run: 'make all' })]);
    // It is on the board with the next beat.
    await live(world, 90);
    expect(await state(world)).toMatchObject({ state: 'IN_PROGRESS', changed: true });
    expect(await world.text('README.md')).toContain(
      'changed since it started; the change applies to its next run: coord retry job',
    );
    await live(world, 200);
    expect(await state(world)).toMatchObject({ state: 'COMPLETED', changed: true });
    expect(starts(world)).toBe(1);
    world.orders([job({ assign, run: 'make all', generation: 2 })]);
    await live(world, 300);
    expect(starts(world)).toBe(2);
    expect((await state(world))?.changed).toBeUndefined();
    expect((await world.status()).needsYou).toEqual([]);
  });
});

test('O8 an id back with other work is BLOCKED with what to do, even long after, when one line is left', async () => {
  const world = await createFleet(1);
  world.orders([job()]);
  await quiet(world);
  world.orders([]);
  await quiet(world);
  const others = Array.from({ length: 25 }, (_, at) => job({ id: `other-${at}` }));
  world.orders([...others, job({ run: 'rm -r build' })]);
  await live(world, 90);
  expect(starts(world)).toBe(26);
  expect(await world.text('results/1.json')).toMatch(/"older": \[\n[^\]]*"order":"job"/);
  expect(await state(world)).toMatchObject({ state: 'BLOCKED' });
  expect(await world.text('README.md')).toContain('job has run before (COMPLETED on 1');
});

test('no word of it for the same work, a next attempt, a cancelled order, or a schedule', async () => {
  const world = await createFleet(1);
  world.script('again', () => ({ ms: 10, exitCode: 1 }));
  const all = (change: object, same: object) => [
    job(same),
    job({ id: 'again', assign: 1, attempts: 5, ...change }),
    job({ id: 'off', ...change, ...('run' in change ? { cancelled: true } : {}) }),
    job({ id: 'nightly', schedule: '* * * * *', ...change }),
  ];
  world.orders(all({}, {}));
  await live(world, 70);
  world.orders(
    all(
      { run: 'other' },
      { title: 'x', priority: 'high', attempts: 2, timeout: '3h', assign: 'any', env: { B: '2', A: '1' }, cwd: '~' },
    ),
  );
  world.script('again', () => ({ ms: 10, exitCode: 0 }));
  await quiet(world);
  const { orders } = await world.status();
  expect(
    Object.entries(orders)
      .filter(([, it]) => it.changed)
      .map(([id]) => id),
  ).toEqual([]);
  expect(orders.job?.state).toBe('COMPLETED');
});

test('a chain says it of its steps', async () => {
  const world = await createFleet(1);
  const chain = (run: string) => ({ id: 'login', assign: 1, steps: [{ run }, { run: 'true' }] });
  world.orders([chain('true')]);
  await quiet(world);
  world.orders([chain('false')]);
  await live(world, 90);
  expect(await state(world, 'login')).toMatchObject({ state: 'COMPLETED', changed: true });
  expect(await world.text('README.md')).toContain(
    'login.1: changed in ORDERS.json since it ran; to run it as it is now: coord retry login.1',
  );
});

test.each([
  ['run', { work: { kind: 'shell', command: { kind: 'line', line: 'x' } } }],
  ['run as arguments', { work: { kind: 'shell', command: { kind: 'argv', argv: ['true'] } } }],
  ['cwd', { cwd: '~/app' }],
  ['env', { env: { A: '1' } }],
  ['check', { check: { kind: 'line', line: 'x' } }],
] as const)('the mark tells another %s', (_, change) => {
  expect(workHash(order('x', change))).not.toBe(workHash(order('x')));
});
