import { describe, expect, test } from 'vitest';
import { createFleet, quiet, type SimMachine, type World } from './world.ts';

const run = (id: string, more: object = {}) => ({ id, run: 'true', assign: 'any', ...more });
const claims = (world: World) => [...world.hub.refs.keys()].filter((ref) => ref.startsWith('refs/coord/claims/'));

function starts(world: World): string[] {
  return world.machines.flatMap((machine) => machine.runner.starts.map(({ order }) => `${machine.number} ${order}`)).sort();
}

async function live(world: World, seconds: number, machines = world.machines): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    world.pass(1000);
    for (const machine of machines) await machine.cycle();
  }
}

/** What `coord pause` records. */
function pause(machine: SimMachine, forMs: number | null, note = ''): void {
  machine.disk.state = { ...machine.state(), pause: { at: machine.machine().clock.now(), forMs, note } };
}

describe('P1 a paused machine', () => {
  test('finishes what runs, starts nothing, says so, and goes on at its time', async () => {
    const world = await createFleet(2);
    const [one] = world.machines;
    world.script('long', () => ({ ms: 20_000, exitCode: 0 }));
    world.orders([run('long', { assign: 1 })]);
    await live(world, 3);
    pause(one, 60_000, 'backup');
    world.orders([run('long', { assign: 1 }), run('next', { assign: 1 })]);
    await live(world, 30);
    const status = await world.status();
    expect(status.orders.long).toMatchObject({ state: 'COMPLETED' });
    expect(status.machines['1']).toMatchObject({ state: 'PAUSED', pauseNote: 'backup', pausedUntil: expect.any(String) });
    expect(status.orders.next).toMatchObject({ state: 'QUEUED', reason: expect.stringContaining('1 m1 is paused until 2026') });
    expect(await world.text('COMPUTER_1.md')).toContain('pause_note: backup');
    expect(await world.text('README.md')).toContain('backup');
    expect(starts(world)).toEqual(['1 long']);
    await live(world, 40);
    expect(starts(world)).toEqual(['1 long', '1 next']);
    expect((await world.status()).machines['1']).toMatchObject({ state: 'IDLE' });
    expect((await world.status()).machines['1']).not.toHaveProperty('pausedUntil');
    expect(one.state().pause).toBeNull();
  });

  test('C3 says it once, and is quiet then', async () => {
    const world = await createFleet(1);
    const [one] = world.machines;
    pause(one, null);
    await quiet(world);
    const { push, save } = one.calls;
    world.pass(1000);
    await one.cycle();
    expect(one.calls).toMatchObject({ push, save });
  });

  test('gives an unstarted claim back, and another machine takes the order at once', async () => {
    const world = await createFleet(2);
    const [one, two] = world.machines;
    world.orders([run('a', { assign: [1, 2] })]);
    await one.cycle();
    expect(claims(world)).toHaveLength(1);
    pause(one, null);
    await one.cycle();
    expect(claims(world)).toEqual([]);
    await live(world, 4, [two]);
    expect(starts(world)).toEqual(['2 a']);
  });

  test('where all who fit are paused the order waits for them, and nobody else wonders', async () => {
    const world = await createFleet(2);
    for (const machine of world.machines) pause(machine, null);
    world.orders([run('a')]);
    await live(world, 40);
    expect(starts(world)).toEqual([]);
    expect((await world.status()).orders.a).toMatchObject({ state: 'QUEUED', reason: '1, 2 are paused' });
  });

  test('over a reboot with a clock that is set back, it still ends', async () => {
    const world = await createFleet(1);
    const [one] = world.machines;
    pause(one, 60_000);
    world.orders([run('a', { assign: 1 })]);
    await one.cycle();
    world.setClock(one, -1e9);
    world.reboot(one);
    await live(world, 31);
    expect(starts(world)).toEqual(['1 a']);
  });
});

describe('P2 paused in fleet.yaml', () => {
  test('the fleet; by whoever types it; until it is taken out', async () => {
    const world = await createFleet(2);
    world.person({ 'fleet.yaml': 'paused: all\npause_note: inventory\n' });
    world.orders([run('a'), run('b', { assign: 'all' })]);
    await live(world, 40);
    expect(starts(world)).toEqual([]);
    expect((await world.status()).machines).toMatchObject({
      1: { state: 'PAUSED', pauseNote: 'inventory' },
      2: { state: 'PAUSED' },
    });
    world.person({ 'fleet.yaml': 'paused: [M2]\n' });
    await live(world, 40);
    expect(starts(world)).toEqual(['1 a', '1 b']);
  });

  test('never takes back what its owner paused', async () => {
    const world = await createFleet(1);
    const [one] = world.machines;
    pause(one, null);
    world.person({ 'fleet.yaml': 'paused: 1\n' });
    world.orders([run('a', { assign: 1 })]);
    await live(world, 3);
    world.person({ 'fleet.yaml': 'paused: []\n' });
    await live(world, 3);
    expect(starts(world)).toEqual([]);
    one.disk.state = { ...one.state(), pause: null };
    await live(world, 3);
    expect(starts(world)).toEqual(['1 a']);
  });

  test.each(['request', 'answer'] as const)('D5, R5 an edit whose push gets no answer lands once: %s', async (lose) => {
    const world = await createFleet(2);
    const [one, two] = world.machines;
    world.person({ 'fleet.yaml': '# ours\nlease: 5m # long\n', 'ORDERS.json': 'not readable' });
    await one.journal.record({
      id: 'x',
      recordedAt: '2026-11-20T22:00:00.000Z',
      edit: { kind: 'pause', id: '2', until: null, note: '' },
    });
    one.line.lose = lose;
    await one.cycle();
    await quiet(world);
    expect(await world.text('fleet.yaml')).toBe('# ours\nlease: 5m # long\npaused:\n  2: {}\n');
    expect(one.disk.outbox).toEqual([]);
    expect((await world.status()).machines['2']).toMatchObject({ state: 'PAUSED' });
    // A person who takes it back is not overruled by what was sent before.
    world.person({ 'fleet.yaml': '# ours\n' });
    await quiet(world);
    expect(await world.text('fleet.yaml')).toBe('# ours\n');
    expect(two.state().pause).toBeNull();
  });
});
