// Shared orders on the fleet in memory: the real cycle, claims as refs, time that only the test moves.
import { describe, expect, test } from 'vitest';
import { createFleet, quiet, type SimMachine, type World } from './world.ts';

const run = (id: string, more: object = {}) => ({ id, assign: 'any', run: 'true', ...more });
const CLAIMS = 'refs/coord/claims/';
const claims = (world: World) =>
  [...world.hub.refs.keys()].filter((ref) => ref.startsWith(CLAIMS)).map((ref) => ref.slice(CLAIMS.length));
const starts = (world: World) =>
  world.machines.flatMap((machine) =>
    machine.runner.starts.map((it) => `${machine.number}: ${it.order} ${it.generation}.${it.attempt}`),
  );
const state = async (world: World, id: string) => (await world.status()).orders[id];

/** Seconds of cycles of these machines, one a second each. */
async function live(world: World, seconds: number, of: readonly SimMachine[] = world.machines): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    world.pass(1000);
    for (const machine of of) await machine.cycle();
  }
}

function who(world: World): SimMachine {
  const holder = world.machines.find((machine) => machine.runner.starts.length > 0);
  if (holder === undefined) throw new Error('nobody has started it');
  return holder;
}

const others = (world: World, one: SimMachine) => world.machines.filter((machine) => machine !== one);

describe('O2: a shared order', () => {
  test('S1, O2 is claimed, confirmed by a fetch, run by one, and its claim deleted once the result stands', async () => {
    const world = await createFleet(3);
    world.script('a', () => ({ ms: 20_000, exitCode: 0 }));
    world.orders([run('a')]);
    await live(world, 3);
    expect(starts(world)).toHaveLength(1);
    expect(claims(world)).toEqual(['a/1.1']);
    expect(await state(world, 'a')).toMatchObject({ state: 'IN_PROGRESS', attempt: 1, machine: who(world).number });
    await live(world, 60);
    await live(world, 300);
    expect(starts(world)).toHaveLength(1);
    expect(await state(world, 'a')).toMatchObject({ state: 'COMPLETED', attempt: 1 });
    expect(claims(world)).toEqual([]);
  });

  test('O2 the run starts only in the cycle after the claim was pushed', async () => {
    const world = await createFleet(1);
    const machine = world.machines[0];
    world.orders([run('a')]);
    expect((await machine.cycle()).started).toEqual([]);
    expect(claims(world)).toEqual(['a/1.1']);
    expect(await state(world, 'a')).toMatchObject({ state: 'ASSIGNED', reason: 'claimed by 1 m1' });
    expect((await machine.cycle()).started).toEqual(['a']);
  });

  test('S1 all try at once: one runs it, the others take their word back', async () => {
    const world = await createFleet(4);
    world.orders([run('a')]);
    world.pass(0);
    for (const machine of world.machines)
      machine.disk.state = { ...machine.state(), dueSince: { 'a/1.1': { wallMs: 0, monotonicMs: 0, boot: 'another' } } };
    await Promise.all(world.machines.map((machine) => machine.cycle()));
    expect(world.machines.filter((machine) => machine.state().claims.length > 0).length).toBeGreaterThan(1);
    await quiet(world);
    expect(starts(world)).toHaveLength(1);
    expect(world.machines.map((machine) => machine.state().claims)).toEqual([[], [], [], []]);
    expect(await state(world, 'a')).toMatchObject({ state: 'COMPLETED' });
  });

  test('O3 whom people named later leaves it to the first one for one look, and takes it if that stays away', async () => {
    const world = await createFleet(3);
    world.orders([run('a', { assign: [2, 'm3', 1] })]);
    const [one, two, three] = world.machines;
    // It publishes a heartbeat of a minute: a look may come a fifth later.
    await live(world, 72, [one, three]);
    expect(starts(world)).toEqual([]);
    await live(world, 4, [one, three]);
    expect(starts(world)).toEqual(['3: a 1.1']);
    world.orders([run('b', { assign: [2, 'm3', 1] })]);
    await live(world, 2, [one, two, three]);
    expect(starts(world)).toContain('2: b 1.1');
  });

  test('O3, S6 whoever waits for its turn goes on waiting while the remote is away now and then', async () => {
    const world = await createFleet(3);
    world.orders([run('a', { assign: [2, 'm3', 1] })]);
    const [, , three] = world.machines;
    for (let turn = 0; turn < 30; turn += 1) {
      three.line.offline = turn % 2 === 1;
      world.pass(3000);
      await three.cycle();
    }
    expect(starts(world)).toEqual(['3: a 1.1']);
  });

  test('O3 tags and tools: only where they are; nowhere: BLOCKED, until such a machine joins', async () => {
    const world = await createFleet(2);
    world.orders([run('a', { assign: { tags: ['GPU'] } }), run('b', { assign: { tool: 'claude' } })]);
    await live(world, 70);
    expect(await state(world, 'a')).toMatchObject({ state: 'BLOCKED', reason: 'no machine has GPU; it starts when one joins' });
    expect(await state(world, 'b')).toMatchObject({
      state: 'BLOCKED',
      reason: 'no machine has claude; on a machine that has it: coord agent detect',
    });
    const [, two] = world.machines;
    two.settings.self = { ...two.settings.self, tags: ['gpu'], tools: ['claude'] };
    await live(world, 60);
    expect(starts(world).sort()).toEqual(['2: a 1.1', '2: b 1.1']);
  });

  test('O2 only with a free slot: two orders, two machines, one each', async () => {
    const world = await createFleet(2);
    for (const id of ['a', 'b', 'c']) world.script(id, () => ({ ms: 60_000, exitCode: 0 }));
    world.orders([run('a'), run('b'), run('c')]);
    await live(world, 40);
    expect(
      starts(world)
        .map((it) => it.slice(0, 1))
        .sort(),
    ).toEqual(['1', '2']);
    expect(claims(world)).toHaveLength(2);
    await live(world, 200);
    expect(starts(world)).toHaveLength(3);
  });

  test('O3 whose run has ended is as free as now, whatever its lane said: it waits for no idle machine', async () => {
    const world = await createFleet(3);
    const [one, two, three] = world.machines;
    const ids = ['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
    world.script('a', () => ({ ms: 60_000, exitCode: 0 }));
    world.orders([run('a', { assign: 1 })]);
    await live(world, 2);
    // All are free by now: each is first for some of many orders. Only one of them comes round.
    world.pass(60_000);
    world.orders([run('a', { assign: 1 }), ...ids.map((id) => run(id))]);
    await one.cycle();
    expect(one.state().claims).toHaveLength(1);
    expect([two, three].flatMap((it) => it.state().claims)).toEqual([]);
  });

  test('O2 taken back before it started: the claim is deleted, unused', async () => {
    const world = await createFleet(1);
    const machine = world.machines[0];
    world.orders([run('a'), run('b')]);
    machine.settings.self = { ...machine.settings.self, policy: { ...machine.settings.self.policy, slots: 2 } };
    await machine.cycle();
    expect(claims(world)).toEqual(['a/1.1', 'b/1.1']);
    world.orders([run('a', { cancelled: true })]);
    await quiet(world);
    expect(claims(world)).toEqual([]);
    expect(starts(world)).toEqual([]);
    expect(await state(world, 'a')).toMatchObject({ state: 'CANCELLED' });
  });

  test.each([
    ['the push did not arrive', 'request'],
    ['its answer was lost', 'answer'],
  ] as const)('R5, O2 a claim whose push is unknown is said again with the same nonce: %s', async (_, lose) => {
    const world = await createFleet(1);
    const machine = world.machines[0];
    world.orders([run('a')]);
    machine.line.lose = lose;
    await machine.cycle();
    const nonce = machine.state().claims[0]?.nonce;
    await machine.cycle();
    expect(nonce).toBeDefined();
    expect(await nonceOf(world, 'a/1.1')).toBe(nonce);
    await quiet(world);
    expect(starts(world)).toEqual(['1: a 1.1']);
  });

  test('O2a a machine with an old view creates the claim anew, sees the result, and does not run it', async () => {
    const world = await createFleet(2);
    world.orders([run('a', { assign: [1, 2] })]);
    const [one, two] = world.machines;
    two.disk.state = { ...two.state(), dueSince: { 'a/1.1': { wallMs: 0, monotonicMs: 0, boot: 'another' } } };
    two.line.beforePush = async () => {
      await live(world, 200, [one]);
      expect(claims(world)).toEqual([]);
      expect(starts(world)).toEqual(['1: a 1.1']);
    };
    await two.cycle();
    expect(claims(world)).toEqual(['a/1.1']);
    await live(world, 3);
    expect(claims(world)).toEqual([]);
    expect(starts(world)).toEqual(['1: a 1.1']);
  });

  test('O2a where the host forbids deletion, all goes on, and an unused claim counts as an attempt', async () => {
    const world = await createFleet(2);
    world.hub.forbidDeletion(true);
    world.orders([run('a'), run('b', { attempts: 2 })]);
    await live(world, 300);
    expect(starts(world)).toHaveLength(2);
    expect(claims(world)).toHaveLength(2);
    world.orders([run('a'), run('b'), run('c', { attempts: 2 })]);
    const first = world.machines.find((machine) => machine.state().claims.length > 0) ?? world.machines[0];
    for (let turn = 0; turn < 20 && claims(world).length < 3; turn += 1) {
      world.pass(1000);
      await first.cycle();
    }
    first.settings.blocked.set('c', 'no such folder');
    await live(world, 120);
    expect(starts(world).filter((it) => it.includes('c '))).toEqual([`${others(world, first)[0]?.number}: c 1.2`]);
  });
});

describe('O4, O5: a machine that goes away', () => {
  test('O4, S4 attempts 2: another carries on after the lease, and the first run is over by then', async () => {
    const world = await createFleet(3);
    world.script('a', (attempt) => ({ ms: attempt === 1 ? 1e9 : 1000, exitCode: 0 }));
    world.orders([run('a', { attempts: 2 })]);
    await live(world, 20);
    const first = who(world);
    const from = world.now();
    while (starts(world).length < 2 && world.now() < from + 1_000_000) await live(world, 5, others(world, first));
    expect(starts(world)).toHaveLength(2);
    // Its watchdog has ended it though its process is dead.
    expect(first.runner.runningNow()).toEqual([]);
    await live(world, 100, others(world, first));
    expect(await state(world, 'a')).toMatchObject({ state: 'COMPLETED', attempt: 2 });
    // Back again: its late word changes nothing, and its claim goes.
    await live(world, 400);
    expect(starts(world)).toHaveLength(2);
    expect(await state(world, 'a')).toMatchObject({ state: 'COMPLETED', attempt: 2 });
    expect(claims(world)).toEqual([]);
  });

  test('O4, S3 attempts 1: nobody runs it again; FAILED, it may have run; the real word replaces that', async () => {
    const world = await createFleet(2);
    world.script('a', () => ({ ms: 30_000, exitCode: 0 }));
    world.orders([run('a')]);
    await live(world, 20);
    const first = who(world);
    await live(world, 600, others(world, first));
    expect(starts(world)).toHaveLength(1);
    expect(await state(world, 'a')).toMatchObject({
      state: 'FAILED',
      reason: `lost with ${first.number} ${first.name}; it may have run`,
    });
    await live(world, 120);
    expect(await state(world, 'a')).toMatchObject({ state: 'COMPLETED' });
    expect(starts(world)).toHaveLength(1);
  });

  test('O4 lost right after the claim: it counts as started', async () => {
    const world = await createFleet(2);
    world.orders([run('a'), run('b', { attempts: 2 })]);
    for (const machine of world.machines)
      machine.settings.self = { ...machine.settings.self, policy: { ...machine.settings.self.policy, slots: 2 } };
    await quietClaims(world);
    const first = world.machines.find((machine) => machine.state().claims.length === 2) ?? expect.fail('nobody has both');
    await live(world, 600, others(world, first));
    expect(starts(world)).toEqual([`${others(world, first)[0]?.number}: b 1.2`]);
    expect(await state(world, 'a')).toMatchObject({ state: 'FAILED' });
  });

  test('O5 news of the machine keeps its run alive far beyond the first lease', async () => {
    const world = await createFleet(2);
    world.script('a', () => ({ ms: 2_000_000, exitCode: 0 }));
    world.orders([run('a', { attempts: 2 })]);
    await live(world, 20);
    for (let turn = 0; turn < 70; turn += 1) {
      world.pass(30_000);
      for (const machine of world.machines) await machine.cycle();
    }
    expect(starts(world)).toHaveLength(1);
    expect(await state(world, 'a')).toMatchObject({ state: 'COMPLETED', attempt: 1 });
  });

  test('O5, R5 where every answer is lost, the fetch that shows the push renews the lease', async () => {
    const world = await createFleet(1);
    const machine = world.machines[0];
    world.script('a', () => ({ ms: 2_000_000, exitCode: 0 }));
    world.orders([run('a', { attempts: 2 })]);
    await live(world, 5);
    for (let turn = 0; turn < 70; turn += 1) {
      world.pass(30_000);
      machine.line.lose = 'answer';
      await machine.cycle();
    }
    machine.line.lose = null;
    await quiet(world);
    expect(starts(world)).toHaveLength(1);
    expect(await state(world, 'a')).toMatchObject({ state: 'COMPLETED', attempt: 1 });
  });

  test('O5 a machine that was cut off stops its run by itself, and does not renew it when it is back', async () => {
    const world = await createFleet(2);
    world.script('a', () => ({ ms: 1e9, exitCode: 0 }));
    world.orders([run('a', { attempts: 2 })]);
    await live(world, 20);
    const first = who(world);
    first.line.offline = true;
    await live(world, 150, [first]);
    expect(first.runner.runningNow()).toEqual([]);
    first.line.offline = false;
    await live(world, 60);
    expect(starts(world).length).toBeGreaterThan(1);
    expect(starts(world).map((it) => it.slice(3))).toContain('a 1.2');
  });

  test('O1 failed with attempts left: any machine may try again, after a while', async () => {
    const world = await createFleet(2);
    world.script('a', (attempt) => ({ ms: 10, exitCode: attempt < 3 ? 1 : 0 }));
    world.orders([run('a', { attempts: 3 })]);
    await live(world, 120);
    expect(starts(world).map((it) => it.slice(3))).toEqual(expect.arrayContaining(['a 1.1', 'a 1.2', 'a 1.3']));
    expect(starts(world)).toHaveLength(3);
    expect(await state(world, 'a')).toMatchObject({ state: 'COMPLETED', attempt: 3 });
  });

  test('O8 a raised generation stops the older run and waits until it has ended', async () => {
    const world = await createFleet(2);
    world.script('a', (_, generation) => ({ ms: generation === 1 ? 1e9 : 10, exitCode: 0 }));
    world.orders([run('a')]);
    await live(world, 20);
    world.orders([run('a', { generation: 2 })]);
    await live(world, 60);
    expect(starts(world).map((it) => it.slice(3))).toEqual(['a 1.1', 'a 2.1'].map((it) => expect.stringContaining(it)));
    expect(await state(world, 'a')).toMatchObject({ state: 'COMPLETED', generation: 2 });
  });
});

/** What the claim's commit says on the hub. */
async function nonceOf(world: World, name: string): Promise<string | undefined> {
  const fetched = await world.eye.fetch(null);
  const message = fetched.kind === 'fetched' ? (fetched.trees.claims.get(name)?.message ?? '') : '';
  return /^Coord-Nonce: (.*)$/m.exec(message)?.[1];
}

/** Until one machine holds claims that it has not started. */
async function quietClaims(world: World): Promise<void> {
  for (let turn = 0; turn < 40; turn += 1) {
    world.pass(1000);
    for (const machine of world.machines) {
      await machine.cycle();
      if (machine.state().claims.length > 0) return;
    }
  }
  throw new Error('nobody claims');
}
