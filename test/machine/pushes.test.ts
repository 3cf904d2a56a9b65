import { describe, expect, test } from 'vitest';
import { createFleet, machineAt, quiet, type SimMachine, type World } from './world.ts';

const MINUTE_MS = 60_000;
const run = (id: string, assign: unknown = 1, more: object = {}) => ({ id, assign, run: 'true', ...more });

/** One cycle of each machine; what each had to say. */
async function round(world: World, of: readonly SimMachine[] = world.machines): Promise<string[]> {
  const said: string[] = [];
  for (const machine of of) {
    const { seen } = await machine.cycle();
    const why = seen?.composed.why;
    if (why != null) said.push(`${machine.number} ${why}`);
  }
  return said;
}

const counts = (machine: SimMachine) => ({ ...machine.calls });
const since = (machine: SimMachine, before: ReturnType<typeof counts>) => {
  const now = machine.calls;
  const { fetch, write, push, save } = before;
  return { fetch: now.fetch - fetch, write: now.write - write, push: now.push - push, save: now.save - save };
};

describe('C4a: a result is reported without a fetch', () => {
  test('C4a one push and no fetch; the board shows it', async () => {
    const world = await createFleet(2);
    const machine = world.machines[0];
    world.script('a', () => ({ ms: 60_000, exitCode: 0 }));
    world.orders([run('a')]);
    await quiet(world);
    world.pass(60_000);
    const before = counts(machine);
    const outcome = await machine.cycle({ dryRun: false, mayRecall: true });
    expect(since(machine, before)).toMatchObject({ fetch: 0, write: 1, push: 1 });
    expect(outcome).toMatchObject({ fetched: false, push: { lane: 'accepted', main: 'accepted' } });
    expect((await world.status()).orders.a).toMatchObject({ state: 'COMPLETED' });
  });

  test('C4a R2 a fold on a moved main is refused, its lane is not, and that says nothing about the host', async () => {
    const world = await createFleet(1);
    const machine = world.machines[0];
    world.script('a', () => ({ ms: 60_000, exitCode: 1 }));
    for (let turn = 1; turn <= 4; turn += 1) {
      world.orders([{ ...run('a'), generation: turn }]);
      await quiet(world);
      world.pass(60_000);
      world.person({ 'notes.txt': `${turn}` });
      const { push } = await machine.cycle({ dryRun: false, mayRecall: true });
      expect(push).toMatchObject({ lane: 'accepted', main: 'refused', pushes: 1 });
    }
    expect(machine.state()).toMatchObject({ boardRefused: null, refusedOn: {} });
    await quiet(world);
    expect((await world.status()).orders.a).toMatchObject({ state: 'FAILED', generation: 4 });
  });

  const nothing = async () => {};
  const causes: Record<string, { atFirst(world: World): void; later(machine: SimMachine): Promise<void> }> = {
    'an order waits for the slot': { atFirst: (world) => world.orders([run('a'), run('b')]), later: nothing },
    'a shared order waits that this machine would claim': {
      atFirst: (world) => world.orders([run('a'), run('b', 'any')]),
      later: nothing,
    },
    'a person here has changed something': {
      atFirst: (world) => world.orders([run('a')]),
      later: (machine) => machine.edit({ kind: 'remove', id: 'a' }),
    },
  };
  test.each(Object.entries(causes))('C4a not while %s: then there is a whole cycle', async (_, cause) => {
    const world = await createFleet(1);
    const machine = world.machines[0];
    world.script('a', () => ({ ms: 60_000, exitCode: 0 }));
    cause.atFirst(world);
    await quiet(world);
    world.pass(60_000);
    await cause.later(machine);
    const before = counts(machine);
    const outcome = await machine.cycle({ dryRun: false, mayRecall: true });
    expect(outcome.fetched).toBe(true);
    expect(since(machine, before).fetch).toBe(1);
  });

  test('C4a goes on once nothing waits of an edit that was never answered, because a person made it by hand', async () => {
    const world = await createFleet(1);
    const machine = world.machines[0];
    world.script('a', () => ({ ms: 60_000, exitCode: 0 }));
    world.orders([run('a'), run('b', 9)]);
    await quiet(world);
    await machine.edit({ kind: 'remove', id: 'b' });
    machine.line.lose = 'request';
    await machine.cycle();
    expect(machine.state().sentEdits).not.toBeNull();
    world.orders([run('a'), run('c', 9)]);
    await quiet(world);
    expect(machine.disk.outbox).toEqual([]);
    world.pass(60_000);
    expect(await machine.cycle({ dryRun: false, mayRecall: true })).toMatchObject({ fetched: false, push: { lane: 'accepted' } });
  });

  test('C4a R3a where another process here has seen a newer main, an old view is no rewritten main', async () => {
    const world = await createFleet(1);
    const machine = world.machines[0];
    world.script('a', () => ({ ms: 60_000, exitCode: 0 }));
    world.orders([run('a')]);
    await quiet(world);
    const { main } = machine.state();
    world.person({ 'notes.txt': 'newer' });
    const newer = world.hub.refs.get('refs/heads/main') ?? '';
    expect(newer).not.toBe(main);
    machine.disk.state = { ...machine.state(), main: newer };
    world.pass(60_000);
    const { state, push } = await machine.cycle({ dryRun: false, mayRecall: true });
    expect(state.rewritten).toBeNull();
    expect(push).toMatchObject({ lane: 'accepted' });
  });

  test('C4a what another process of this machine has said since is seen first', async () => {
    const world = await createFleet(1);
    const machine = world.machines[0];
    world.script('a', () => ({ ms: 60_000, exitCode: 0 }));
    world.orders([run('a')]);
    await quiet(world);
    world.pass(60_000);
    const state = machine.state();
    machine.disk.state = { ...state, accepted: state.accepted && { ...state.accepted, commit: 'f'.repeat(40) } };
    expect((await machine.cycle({ dryRun: false, mayRecall: true })).fetched).toBe(true);
  });

  test('C4a R3 somebody else who writes as this machine is not overwritten', async () => {
    const world = await createFleet(1);
    const machine = world.machines[0];
    world.script('a', () => ({ ms: 60_000, exitCode: 0 }));
    world.orders([run('a')]);
    await quiet(world);
    const foreign = world.hub.refs.get('refs/heads/main') ?? '';
    world.hub.setRef('refs/coord/machines/1', foreign);
    world.pass(60_000);
    const { push } = await machine.cycle({ dryRun: false, mayRecall: true });
    expect(push?.lane).toBe('refused');
    expect(world.hub.refs.get('refs/coord/machines/1')).toBe(foreign);
    expect((await machine.cycle()).state.duplicate).toBe(foreign);
  });
});

describe('C3, C4: what a cycle costs', () => {
  test('C3 nothing to say: one fetch, and nothing is written', async () => {
    const world = await createFleet(3);
    for (const machine of world.machines) {
      await machine.cycle();
      const before = counts(machine);
      world.pass(1000);
      const outcome = await machine.cycle();
      expect(since(machine, before)).toEqual({ fetch: 1, write: 0, push: 0, save: 0 });
      expect(outcome).toMatchObject({ push: null, started: [], finished: [] });
    }
  });

  test('C3 nothing to say while an order waits, one is blocked, one is done and one runs', async () => {
    const world = await createFleet(1);
    const machine = world.machines[0];
    world.script('long', () => ({ ms: 1e9, exitCode: 0 }));
    machine.settings.self = { ...machine.settings.self, tags: ['a,b', ' c '] };
    world.orders([
      run('done'),
      run('long'),
      run('waits'),
      run('agent', 1, { run: undefined, agent: 'x', prompt: 'y' }),
      run('elsewhere', 7),
    ]);
    await quiet(world);
    const before = counts(machine);
    world.pass(1000);
    await machine.cycle();
    expect(since(machine, before)).toEqual({ fetch: 1, write: 0, push: 0, save: 0 });
  });

  test('C4 something to say: one fetch, one write, one push', async () => {
    const world = await createFleet(2);
    const machine = world.machines[0];
    world.orders([run('a')]);
    const before = counts(machine);
    const outcome = await machine.cycle();
    expect(since(machine, before)).toMatchObject({ fetch: 1, write: 1, push: 1 });
    expect(outcome).toMatchObject({ started: ['a'], finished: [{ order: 'a', state: 'COMPLETED' }] });
    expect((await world.status()).orders.a).toMatchObject({ state: 'COMPLETED' });
  });

  test('C2 running a cycle twice does no harm', async () => {
    const world = await createFleet(1);
    const machine = world.machines[0];
    world.orders([run('a'), run('b', 1, { attempts: 3 })]);
    world.script('b', () => ({ ms: 10, exitCode: 1 }));
    for (let times = 0; times < 5; times += 1) {
      await machine.cycle();
      await machine.cycle();
      world.pass(20_000);
    }
    expect(machine.runner.starts.map((it) => `${it.order} ${it.attempt}`)).toEqual(['a 1', 'b 1', 'b 2', 'b 3']);
  });

  test('H1 a beat moves the lane, and neither its tree nor main', async () => {
    const world = await createFleet(1);
    const main = world.hub.refs.get('refs/heads/main');
    const lane = world.hub.refs.get('refs/coord/machines/1') ?? '';
    world.pass(MINUTE_MS);
    expect(await round(world)).toEqual(['1 beat']);
    const next = world.hub.refs.get('refs/coord/machines/1') ?? '';
    expect(next).not.toBe(lane);
    expect([...world.hub.filesOf(next)]).toEqual([...world.hub.filesOf(lane)]);
    expect(world.hub.refs.get('refs/heads/main')).toBe(main);
  });

  test('H1 after a reboot a machine beats at once, whatever its clock says', async () => {
    const world = await createFleet(1);
    world.reboot(world.machines[0]);
    expect(await round(world)).toEqual(['1 beat']);
    expect(await round(world)).toEqual([]);
  });
});

describe('F1: no herd', () => {
  test('F1 own documents that are missing on main are a reason to push, others’ are not', async () => {
    const world = await createFleet(3);
    world.person({ 'COMPUTER_2.md': null, 'results/2.json': 'spoilt' });
    const own = world.machines[1];
    expect(await round(world, [own])).toEqual(['2 fold']);
    expect(await world.text('COMPUTER_2.md')).toContain('machine: 2');
  });

  test('F1 others’ leftovers ride on the next push, beats included', async () => {
    const world = await createFleet(3);
    world.person({ 'COMPUTER_2.md': null });
    world.pass(MINUTE_MS);
    const one = world.machines[0];
    expect(await round(world, [one])).toEqual([expect.stringMatching(/^1 (beat|answer)$/)]);
    expect(await world.text('COMPUTER_2.md')).toContain('machine: 2');
    expect(await round(world, world.machines.slice(1))).toEqual(['2 beat', '3 beat']);
  });

  test('H2 F1 a joiner makes nobody push, though heartbeats get longer; the next beat says them', async () => {
    const world = await createFleet(9);
    await world.addMachine('m10').join();
    expect(await round(world, world.machines.slice(0, 9))).toEqual([]);
    await world.machines[9]?.cycle();
    expect(await live(world, world.machines, 4 * MINUTE_MS)).toEqual([]);
    const status = await world.status();
    expect(Object.values(status.machines).map((it) => it.heartbeat)).toEqual(Array.from({ length: 10 }, () => '200s'));
  });
});

describe('H2: the heartbeat that others count on', () => {
  test('H2 a longer one is said while the old one still binds: nobody is called lost', async () => {
    const world = await createFleet(3);
    world.person({ 'fleet.yaml': 'heartbeat: 30m\n' });
    world.pass(MINUTE_MS);
    const words = [1, 2, 3].map((machine) => expect.stringMatching(new RegExp(`^${machine} (beat|answer)$`)));
    expect(await round(world)).toEqual(words);
    expect(await world.text('COMPUTER_2.md')).toMatch(/^heartbeat: 30m$/m);
    expect(await live(world, world.machines, 60 * MINUTE_MS, MINUTE_MS)).toEqual([]);
  });
});

/** Lets time pass in steps of a few seconds, with a cycle of each live machine in each; every push but a beat. */
async function live(world: World, of: readonly SimMachine[], ms: number, stepMs = 15_000): Promise<string[]> {
  const said: string[] = [];
  for (let passed = 0; passed < ms; passed += stepMs) {
    world.pass(stepMs);
    said.push(...(await round(world, of)).filter((it) => !it.endsWith('beat')));
  }
  return said;
}

describe('F2: what one loss costs', () => {
  test.each([3, 10, 30])('F2 at %i machines: two pushes, one for the loss and one for the return', async (count) => {
    const world = await createFleet(count);
    const stepMs = count * 6000;
    await live(world, world.machines, 20 * MINUTE_MS, stepMs);
    const gone = machineAt(world, count - 1);
    const others = world.machines.slice(0, -1);
    const lease = Math.max(60_000, count * 20_000) * 3;
    expect(await live(world, others, 2 * lease, stepMs)).toEqual(['1 documents']);
    expect((await world.status()).machines[String(count)]?.state).toBe('OFFLINE');
    // It comes back and answers; that the statement is taken back rides on a beat.
    const back = await round(world, [gone]);
    expect(back).toEqual([`${count} documents`]);
    expect((await world.status()).machines[String(count)]?.state).toBe('IDLE');
    expect(await live(world, world.machines, 2 * lease, stepMs)).toEqual([]);
    expect(await world.text('COMPUTER_1.md')).not.toMatch(/^lost_/m);
  });

  test('F2 of the lowest machine, the next one speaks', async () => {
    const world = await createFleet(3);
    expect(await live(world, world.machines.slice(1), 10 * MINUTE_MS)).toEqual(['2 documents']);
    expect((await world.status()).machines['1']?.state).toBe('OFFLINE');
  });
});

describe('F3: last-seen times on the board', () => {
  const seenBy = async (world: World, machine: number) =>
    (await world.text(`COMPUTER_${machine}.md`))?.match(/^seen_.*$/gm) ?? [];

  test('F3 a fleet in which nothing happens writes none, and main stands still', async () => {
    const world = await createFleet(3);
    await live(world, world.machines, 60 * MINUTE_MS);
    const main = world.hub.refs.get('refs/heads/main');
    expect(await live(world, world.machines, 120 * MINUTE_MS)).toEqual([]);
    expect(world.hub.refs.get('refs/heads/main')).toBe(main);
  });

  test('F3 after 15 min, if anything else moved, the lowest writes them with its next beat, once', async () => {
    const world = await createFleet(3);
    await live(world, world.machines, 60 * MINUTE_MS);
    const before = await seenBy(world, 1);
    world.orders([run('a', 2)]);
    const pushes = await live(world, world.machines, 30 * MINUTE_MS);
    // F1: which machine answers people first, the commit on main decides.
    expect(pushes.filter((push) => !push.endsWith(' answer'))).toEqual(['2 documents']);
    const after = await seenBy(world, 1);
    expect(after).toHaveLength(2);
    expect(after).not.toEqual(before);
    expect(await seenBy(world, 2)).toEqual([]);
    const main = world.hub.refs.get('refs/heads/main');
    await live(world, world.machines, 60 * MINUTE_MS);
    expect(world.hub.refs.get('refs/heads/main')).toBe(main);
  });

  test('F3 not more often than every 15 min, however much happens', async () => {
    const world = await createFleet(2);
    await live(world, world.machines, 60 * MINUTE_MS);
    const texts = new Set<string>();
    for (let index = 0; index < 40; index += 1) {
      world.orders([run(`a${index}`, 2)]);
      await live(world, world.machines, MINUTE_MS);
      texts.add((await seenBy(world, 1)).join());
    }
    expect(texts.size).toBeGreaterThanOrEqual(3);
    expect(texts.size).toBeLessThanOrEqual(4);
  });

  test('C3 between checkpoints a cycle writes nothing', async () => {
    const world = await createFleet(2);
    await live(world, world.machines, 60 * MINUTE_MS);
    world.orders([run('a', 2)]);
    await live(world, world.machines, 40 * MINUTE_MS);
    const [one] = world.machines;
    const before = counts(one);
    await one.cycle();
    expect(since(one, before)).toEqual({ fetch: 1, write: 0, push: 0, save: 0 });
  });
});
