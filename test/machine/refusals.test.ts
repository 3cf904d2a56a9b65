import { describe, expect, test } from 'vitest';
import { runCycles } from '../../src/machine/sync-cycles.ts';
import { createFleet, quiet, type SimMachine, type World } from './world.ts';

const HOUR_MS = 3_600_000;
const MAIN = 'refs/heads/main';
const lane = (number: number) => `refs/coord/machines/${number}`;
const run = (id: string, assign: unknown = 1, more: object = {}) => ({ id, assign, run: 'true', ...more });
const stateOf = async (world: World, order: string) => (await world.status()).orders[order]?.state;

async function two(): Promise<{ world: World; one: SimMachine; other: SimMachine }> {
  const world = await createFleet(2);
  const [one, other] = world.machines;
  return { world, one, other };
}

describe('R1, R2: a stale main', () => {
  test('R1 is refused while the lane of the same push lands; R2 it is not tried again in the cycle', async () => {
    const { world, one } = await two();
    world.orders([run('a')]);
    one.line.beforePush = async () => world.orders([run('a'), run('later', 2)]);
    const before = one.calls.push;
    const outcome = await one.cycle();
    expect(outcome.push).toMatchObject({ lane: 'accepted', main: 'refused', pushes: 1 });
    expect(one.calls.push - before).toBe(1);
    expect(outcome.state.boardRefused).toBeNull();
  });

  test('R2 the next fold, by anyone, carries it', async () => {
    const { world, one, other } = await two();
    world.orders([run('a')]);
    one.line.beforePush = async () => world.orders([run('a'), run('later', 2)]);
    await one.cycle();
    await other.cycle();
    expect(await stateOf(world, 'a')).toBe('COMPLETED');
    expect((await one.cycle()).push).toBeNull();
  });

  test('R2 many at once: each push lands its lane, and the board has all in the end', async () => {
    const world = await createFleet(5);
    world.orders(world.machines.map((machine) => run(`a${machine.number}`, machine.number)));
    // Each one's push waits until the next one has pushed.
    for (const [index, machine] of world.machines.entries()) {
      const next = world.machines[index + 1];
      if (next !== undefined) machine.line.beforePush = async () => void (await next.cycle());
    }
    const outcome = await world.machines[0]?.cycle();
    expect(outcome?.push).toMatchObject({ lane: 'accepted', main: 'refused' });
    await quiet(world);
    for (const machine of world.machines) {
      expect(await stateOf(world, `a${machine.number}`)).toBe('COMPLETED');
      expect(machine.runner.starts).toHaveLength(1);
    }
  });
});

describe('R1a: a host that refuses the board', () => {
  test('R1a a whole push that is refused: the lane goes alone, and the board is said hourly', async () => {
    const { world, one } = await two();
    one.line.wholePushRule = (refs) => (refs.includes(MAIN) ? 'pre-receive hook declined' : null);
    world.orders([run('a')]);
    const outcome = await one.cycle();
    expect(outcome.push).toMatchObject({ lane: 'accepted', main: 'refused', pushes: 2 });
    expect(outcome.state.boardRefused).toMatchObject({ detail: 'pre-receive hook declined', targets: ['main'] });
    expect((await one.cycle()).push).toBeNull();
    // A result within the hour goes with the lane alone.
    world.pass(1000);
    world.orders([run('a'), run('b')]);
    expect((await one.cycle()).push).toMatchObject({ lane: 'accepted', main: null, pushes: 1 });
    world.pass(HOUR_MS);
    expect((await one.cycle()).push).toMatchObject({ main: 'refused', pushes: 2 });
    one.line.wholePushRule = null;
    world.pass(HOUR_MS / 2);
    expect((await one.cycle()).push).toMatchObject({ main: null });
    world.pass(HOUR_MS / 2);
    expect((await one.cycle()).push).toMatchObject({ main: 'accepted', pushes: 1 });
    expect(one.state().boardRefused).toBeNull();
    expect(await stateOf(world, 'b')).toBe('COMPLETED');
  });

  test('R1a the lane of a whole push that is refused for the lane’s sake does not blame the board', async () => {
    const { one } = await two();
    one.line.wholePushRule = () => 'disk full';
    one.disk.state = { ...one.state(), notes: 'hello' };
    const outcome = await one.cycle();
    expect(outcome.push).toMatchObject({ lane: 'refused', main: 'refused', pushes: 2 });
    expect(outcome.state.boardRefused).toBeNull();
  });

  test('R1a D5 C8 with a host that refuses all, a sync with an edit makes no more tries than without one', async () => {
    const { one } = await two();
    one.line.wholePushRule = () => 'over quota';
    await one.edit({ kind: 'add', order: { id: 'a', assign: 9, run: 'true' } });
    const before = one.calls.push;
    let pauses = 0;
    const pause = async () => {
      pauses += 1;
    };
    await runCycles(one.machine(), { dryRun: false }, { onCycle() {}, pause });
    expect([one.calls.push - before, pauses]).toEqual([6, 0]);
    expect(await one.journal.intentions()).toHaveLength(1);
    one.line.wholePushRule = null;
    expect((await one.cycle()).push).toMatchObject({ lane: 'accepted', main: 'accepted' });
  });

  test('R1a main refused alone, again and again on one base: the host’s policy, which is said hourly', async () => {
    const { world, one } = await two();
    world.hub.refuse((ref) => (ref === MAIN ? 'protected branch' : null));
    one.disk.state = { ...one.state(), notes: 'hello' };
    const said: (string | null)[] = [];
    for (let times = 0; times < 6; times += 1) said.push((await one.cycle()).push?.main ?? null);
    expect(said).toEqual(['refused', 'refused', 'refused', null, null, null]);
    expect(one.state().boardRefused).toMatchObject({ detail: 'protected branch', targets: ['main'] });
    world.pass(HOUR_MS);
    world.hub.refuse(() => null);
    expect((await one.cycle()).push).toMatchObject({ main: 'accepted' });
    expect(one.state()).toMatchObject({ boardRefused: null, refusedOn: {} });
  });

  test('R1a what another machine has folded is refused no more: after the hour nobody is told so', async () => {
    const { world, one, other } = await two();
    one.line.wholePushRule = (refs) => (refs.includes(MAIN) ? 'hook' : null);
    one.disk.state = { ...one.state(), notes: 'hello' };
    await one.cycle();
    one.line.wholePushRule = null;
    world.pass(HOUR_MS - 1);
    await other.cycle();
    await one.cycle();
    expect(one.state().boardRefused).not.toBeNull();
    world.pass(1);
    await one.cycle();
    expect(one.state().boardRefused).toBeNull();
  });

  test('R2 main that moves each time is stale, not refused', async () => {
    const { world, one } = await two();
    one.disk.state = { ...one.state(), notes: 'hello' };
    for (let times = 0; times < 6; times += 1) {
      one.line.beforePush = async () => world.orders([run(`x${times}`, 9)]);
      expect((await one.cycle()).push?.main).toBe('refused');
    }
    expect(one.state().boardRefused).toBeNull();
  });
});

describe('R2: a mirror that lags', () => {
  /** Main moves, and the fetches of this machine show the one before for as long as it is asked. */
  async function behind() {
    const { world, one } = await two();
    const old = world.hub.refs.get(MAIN) ?? '';
    const look = () => {
      one.line.shows = new Map(world.hub.refs).set(MAIN, old);
      return one.cycle();
    };
    world.orders([run('x', 9)]);
    one.disk.state = { ...one.state(), notes: 'hello' };
    return { world, one, look };
  }

  test('R1a, R2 git compares main itself, and finds another one: the host has refused nothing', async () => {
    const { one, look } = await behind();
    for (let times = 0; times < 5; times += 1) expect((await look()).push).toMatchObject({ lane: 'accepted', main: 'refused' });
    expect(one.state()).toMatchObject({ boardRefused: null, refusedOn: {} });
    one.line.shows = null;
    expect((await one.cycle()).push?.main).toBe('accepted');
  });

  test('R1a nor has it where it refused the lane of that push, and then took it', async () => {
    const { world, one, look } = await behind();
    let tries = 0;
    world.hub.refuse((ref) => (ref === lane(1) && tries++ === 0 ? 'try again' : null));
    expect((await look()).push).toMatchObject({ lane: 'accepted', main: 'refused', pushes: 2 });
    expect(one.state().boardRefused).toBeNull();
  });
});

describe('R3: somebody else writes as me', () => {
  test('R3 a foreign commit on my lane: nothing starts, nothing is pushed, stops still happen', async () => {
    const { world, one } = await two();
    world.script('long', () => ({ ms: Number.POSITIVE_INFINITY, exitCode: 0 }));
    world.orders([run('long')]);
    await one.cycle();
    world.hub.setRef(lane(1), world.hub.refs.get(lane(2)) ?? null);
    world.orders([run('long', 1, { cancelled: true }), run('b')]);
    const before = one.calls.push;
    const outcome = await one.cycle();
    expect(outcome).toMatchObject({ started: [], stopped: ['long'], push: null });
    expect(outcome.state.duplicate).toBe(world.hub.refs.get(lane(2)));
    expect(one.calls.push).toBe(before);
  });

  test('R3 a cloned disk: the one that pushes second notices, and the first goes on', async () => {
    const { world, one } = await two();
    const copy = structuredClone(one.state());
    world.orders([run('a')]);
    await one.cycle();
    const before = structuredClone(one.state());
    one.disk.state = copy;
    const outcome = await one.cycle();
    expect(outcome).toMatchObject({ started: [], push: null });
    expect(outcome.state.duplicate).not.toBeNull();
    one.disk.state = before;
    expect((await one.cycle()).state.duplicate).toBeNull();
  });

  test('R3 however many pushes fail, what stands on the lane stays mine', async () => {
    const { world, one } = await two();
    world.hub.refuse(() => 'no space');
    one.disk.state = { ...one.state(), notes: 'hello' };
    for (let times = 0; times < 250; times += 1) expect((await one.cycle()).state.duplicate).toBeNull();
    expect(one.state().pushed.length).toBeLessThanOrEqual(201);
    world.hub.refuse(() => null);
    expect((await one.cycle()).push).toMatchObject({ lane: 'accepted' });
  });

  test('observe: my lane was deleted on the remote: the next push makes it again', async () => {
    const { world, one } = await two();
    world.hub.setRef(lane(1), null);
    const outcome = await one.cycle();
    expect(outcome.push).toMatchObject({ lane: 'accepted' });
    expect(outcome.state.duplicate).toBeNull();
    expect(world.hub.refs.has(lane(1))).toBe(true);
    await quiet(world);
    world.orders([run('a')]);
    await one.cycle();
    expect(await stateOf(world, 'a')).toBe('COMPLETED');
  });

  test('R3 my lane holds a tree that nobody can read, and is mine: the next push mends it', async () => {
    const { world, one } = await two();
    const bad = world.hub.commitAsPerson(
      { 'coordination/COMPUTER_1.md': 'no front matter', 'coordination/results/1.json': '{' },
      'x',
    );
    world.hub.setRef(lane(1), bad);
    world.person({ 'COMPUTER_1.md': null });
    one.disk.state = { ...one.state(), pushed: [...one.state().pushed, bad] };
    expect((await one.cycle()).push).toMatchObject({ lane: 'accepted' });
    expect((await world.status()).machines['1']?.name).toBe('m1');
  });
});

describe('R5: lost answers', () => {
  test.each([
    'answer',
    'request',
  ] as const)('R5 the %s of a push is lost: no duplicate, nothing twice, and the journal agrees', async (lose) => {
    const { world, one } = await two();
    world.orders([run('a')]);
    one.line.lose = lose;
    const outcome = await one.cycle();
    expect(outcome.push).toMatchObject({ lane: 'unknown', main: 'unknown' });
    expect(outcome.trouble).toMatchObject({ code: 'NETWORK' });
    const next = await one.cycle();
    expect(next.push === null).toBe(lose === 'answer');
    expect(one.state()).toMatchObject({ duplicate: null, tried: null, accepted: { commit: world.hub.refs.get(lane(1)) } });
    await quiet(world);
    expect(one.runner.starts).toHaveLength(1);
    expect(await stateOf(world, 'a')).toBe('COMPLETED');
  });

  test('R5 many lost answers in a row', async () => {
    const { world, one } = await two();
    for (let times = 0; times < 20; times += 1) {
      world.pass(60_000);
      one.line.lose = times % 3 === 0 ? 'answer' : 'request';
      await one.cycle();
      expect(one.state().duplicate).toBeNull();
    }
    await quiet(world);
    expect(one.state().accepted?.commit).toBe(world.hub.refs.get(lane(1)));
  });
});
