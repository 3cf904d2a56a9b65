// F1 behind a daemon's gate: what somebody waits for is on main at once, and the rest goes with it, or after a quarter of an hour.
import { describe, expect, test } from 'vitest';
import { createPushGate, type PushGate } from '../../src/machine/pace/push-gate.ts';
import { createFleet, quiet, type SimMachine, type World } from './world.ts';

const MINUTE_MS = 60_000;
const MAIN = 'refs/heads/main';

/** Nothing is held back: only the folds are looked at. */
function openGate({ machine }: SimMachine): PushGate {
  return { ...createPushGate(machine().clock), waitMs: () => 0 };
}

const commits = (world: World) => world.hub.refs.get(MAIN);
const resultsOnMain = async (world: World, machine: number) => (await world.text(`results/${machine}.json`)) ?? '';
const laneText = (world: World, path: string, machine: number) => world.text(path, `refs/coord/machines/${machine}`);

/** Beats are rare, and each machine has said so, whoever it is that answers people: nobody is called lost meanwhile. */
async function two(size = 2) {
  const world = await createFleet(size);
  const [one, other] = world.machines as readonly SimMachine[] as readonly [SimMachine, SimMachine];
  world.person({ 'fleet.yaml': 'heartbeat: 10m\n' });
  for (let round = 0; round < 3; round += 1) {
    await quiet(world);
    world.pass(MINUTE_MS);
  }
  await quiet(world);
  const gate = openGate(one);
  const cycle = () => one.cycle({ dryRun: false, gate });
  await cycle();
  return { world, one, other, gate, cycle };
}

const said = (to: string) => ({
  ...{ id: `to-${to}`, recordedAt: '2026-11-20T22:00:00.000Z', kind: 'send' as const, to, body: 'hello' },
  priority: 'normal' as const,
});

describe('F1: a daemon folds what somebody waits for', () => {
  test('F1 a claim needs no commit of its own: the start that follows brings it', async () => {
    const { world, other, cycle } = await two();
    world.script('job', () => ({ ms: MINUTE_MS, exitCode: 0 }));
    await other.edit({ kind: 'add', order: { id: 'job', assign: [1, 2], run: 'true' } });
    await other.cycle();
    const before = commits(world);
    const { push, seen } = await cycle();
    expect(push).toMatchObject({ lane: 'accepted', main: null });
    expect(seen?.composed).toMatchObject({ leavesFold: true });
    expect(commits(world)).toBe(before);
    expect(await laneText(world, 'results/1.json', 1)).toContain('"order":"job"');
    expect(await resultsOnMain(world, 1)).not.toContain('"order":"job"');
    const started = await cycle();
    expect(started.started).toEqual(['job']);
    expect(started.push).toMatchObject({ main: 'accepted' });
    expect(await resultsOnMain(world, 1)).toContain('"order":"job"');
  });

  test('F1 receipts wait for the next fold, and a quarter of an hour at most', async () => {
    const { world, other, cycle } = await two();
    await other.journal.record(said('1'));
    await other.cycle();
    const page = async () => (await world.text('COMPUTER_1.md')) ?? '';
    const before = commits(world);
    for (let minute = 0; minute <= 14; minute += 1) {
      await cycle();
      world.pass(MINUTE_MS);
    }
    expect(await laneText(world, 'COMPUTER_1.md', 1)).toContain('delivered_2: 1');
    expect(commits(world)).toBe(before);
    for (let minute = 0; minute < 12; minute += 1) {
      await cycle();
      world.pass(MINUTE_MS);
    }
    expect(await page()).toContain('delivered_2: 1');
  });

  test('F1 a message for one machine is in the lane at once, and on main with the next fold', async () => {
    const { world, one, other, cycle } = await two();
    await one.journal.record(said('2'));
    const before = commits(world);
    expect((await cycle()).push).toMatchObject({ lane: 'accepted', main: null });
    expect(await laneText(world, 'messages/1_TO_2.md', 1)).toContain('hello');
    expect(commits(world)).toBe(before);
    await other.journal.record(said('0'));
    await other.cycle();
    expect(other.state().mail.cursors['1']).toMatchObject({ delivered: 1 });
    expect(await world.text('messages/1_TO_2.md')).toContain('hello');
  });

  test.each(['0', 'ALL'])('F1 a message to %s is on main at once', async (to) => {
    const { world, one, cycle } = await two();
    await one.journal.record(said(to));
    expect((await cycle()).push).toMatchObject({ main: 'accepted' });
    expect(await world.text(`messages/1_TO_${to}.md`)).toContain('hello');
  });

  test('F1, M6 an urgent message for one machine is on main at once', async () => {
    const { world, one, cycle } = await two();
    await one.journal.record({ ...said('2'), priority: 'urgent' });
    expect((await cycle()).push).toMatchObject({ main: 'accepted' });
    expect(await world.text('messages/1_TO_2.md')).toContain('hello');
  });

  test('F1 what others have said goes to main with a beat only once it has waited for long', async () => {
    const { world, other, cycle } = await two();
    await other.edit({ kind: 'add', order: { id: 'job', assign: 2, run: 'true' } });
    await other.cycle();
    world.hub.refuse((ref) => (ref === MAIN ? 'main is closed' : null));
    await other.cycle();
    await other.cycle();
    world.hub.refuse(() => null);
    expect(await laneText(world, 'results/2.json', 2)).toContain('"COMPLETED"');
    for (let minute = 0; minute <= 14; minute += 1) {
      await cycle();
      world.pass(MINUTE_MS);
    }
    expect(await resultsOnMain(world, 2)).not.toContain('"COMPLETED"');
    for (let minute = 0; minute < 12; minute += 1) {
      await cycle();
      world.pass(MINUTE_MS);
    }
    expect(await resultsOnMain(world, 2)).toContain('"COMPLETED"');
  });

  test('F1, R2 a fold that was refused and that somebody waits for is made again, and presses', async () => {
    const { world, one, other, cycle } = await two();
    world.script('job', () => ({ ms: MINUTE_MS, exitCode: 0 }));
    await one.edit({ kind: 'add', order: { id: 'job', assign: 1, run: 'true' } });
    await cycle();
    await cycle();
    world.pass(MINUTE_MS);
    await other.journal.record(said('0'));
    one.line.beforePush = async () => {
      one.line.beforePush = null;
      await other.cycle();
    };
    const refused = await cycle();
    expect(refused.push).toMatchObject({ lane: 'accepted', main: 'refused' });
    const again = await cycle();
    expect(again.seen?.composed).toMatchObject({ why: 'fold', isFoldMissed: true });
    expect(await resultsOnMain(world, 1)).toContain('"COMPLETED"');
  });

  test('F1, R2 a fold of what nobody waits for that was refused presses nothing, and waits anew', async () => {
    const { world, one, other, cycle } = await two();
    await other.journal.record(said('1'));
    await other.cycle();
    for (let minute = 0; minute <= 14; minute += 1) {
      world.pass(MINUTE_MS);
      await cycle();
    }
    expect(one.state().mail.cursors['2']).toMatchObject({ delivered: 1 });
    // Main is closed while its turn to fold comes.
    world.hub.refuse((ref) => (ref === MAIN ? 'main is closed' : null));
    const pushed = [];
    for (let minute = 0; minute < 12; minute += 1) {
      world.pass(MINUTE_MS);
      const { push, seen } = await cycle();
      if (push !== null) pushed.push(seen?.composed);
    }
    expect(pushed.length).toBeGreaterThan(0);
    expect(pushed.filter((it) => it?.isFoldMissed)).toEqual([]);
  });

  test('F1 what people pushed is folded with the first push, whatever that has to say', async () => {
    const { world, other, cycle } = await two();
    await other.journal.record(said('1'));
    await other.cycle();
    world.orders([{ id: 'held', assign: 1, run: 'true', approval: true }]);
    await cycle();
    expect(Object.keys((await world.status()).orders)).toEqual(['held']);
    expect(await world.text('COMPUTER_1.md')).toContain('delivered_2: 1');
  });

  test('F1 what others fold in time is not folded again because something newer waits', async () => {
    const { world, other, cycle } = await two(3);
    const third = world.machines[2] as SimMachine;
    const gate = openGate(third);
    let pushes = 0;
    for (let count = 1; count <= 8; count += 1) {
      await other.journal.record({ ...said('1'), id: `from-2-${count}` });
      await other.cycle();
      const before = commits(world);
      await third.journal.record({ ...said('1'), id: `from-3-${count}` });
      expect((await third.cycle({ dryRun: false, gate })).push, `round ${count}`).toMatchObject({ lane: 'accepted', main: null });
      if ((await cycle()).push !== null) pushes += 1;
      expect(commits(world), `round ${count}`).toBe(before);
      world.pass(5 * MINUTE_MS);
    }
    expect(pushes).toBeGreaterThan(2);
  });

  test('F1, F4 a fold onto a branch of its own has what the machine said, as one onto main has', async () => {
    const { world, other, gate, cycle } = await two();
    world.person({ 'fleet.yaml': 'heartbeat: 10m\nboard: coord-board\n' });
    for (let round = 0; round < 3; round += 1) await quiet(world);
    await cycle();
    const board = () => world.hub.refs.get('refs/heads/coord-board');
    await other.journal.record(said('1'));
    await other.cycle();
    const begun = board();
    for (let minute = 0; board() === begun && minute < 40; minute += 1) {
      world.pass(MINUTE_MS);
      await cycle();
    }
    expect(board()).not.toBe(begun);
    expect(gate.folds.isMineQuiet()).toBe(false);
  });

  test('F1 a machine whose every sync is its own process folds with each push', async () => {
    const { world, one, other } = await two();
    await other.journal.record(said('1'));
    await other.cycle();
    await one.cycle();
    world.pass(11 * MINUTE_MS);
    await one.cycle();
    expect(await world.text('COMPUTER_1.md')).toContain('delivered_2: 1');
  });
});
