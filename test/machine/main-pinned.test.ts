// R3a: main is compared with the one that the journal keeps in every cycle, whatever it rests on.
import { describe, expect, test } from 'vitest';
import { acceptOrRestoreMain } from '../../src/machine/reading/main-rewritten.ts';
import { createFleet, quiet, type SimMachine, type World } from './world.ts';

const MAIN = 'refs/heads/main';

/** A run goes on, and main is as it was before its order was written; `more` is what else a person pushed onto that. */
async function rewritten(more: Readonly<Record<string, string>> = {}): Promise<{ world: World; one: SimMachine }> {
  const world = await createFleet(1);
  const [one] = world.machines;
  const before = world.hub.refs.get(MAIN) as string;
  world.script('long', () => ({ ms: 3_600_000, exitCode: 0 }));
  world.orders([{ id: 'long', assign: 1, run: 'true' }]);
  await quiet(world);
  expect(one.state().active.map(({ order }) => order)).toEqual(['long']);
  world.hub.setRef(MAIN, before);
  world.person({ 'notes.txt': 'another history', ...more });
  return { world, one };
}

async function isHalted(one: SimMachine, active: readonly null[] = [null]) {
  const { stopped, seen, state } = await one.cycle();
  expect({ stopped, seen, active: state.active.map(({ stop }) => stop) }).toEqual({ stopped: [], seen: null, active });
  expect(state.rewritten).toMatchObject({ found: expect.any(String) });
  expect(one.state().rewritten).toEqual(state.rewritten);
}

describe('R3a: a rewritten main is not obeyed where it was seen and could not be compared at once', () => {
  test('R3a the process was killed right after the fetch that showed it, and the remote is away since', async () => {
    const { one } = await rewritten();
    expect(await one.killedCycle((step) => step === 'fetched')).toBe(true);
    one.line.offline = true;
    await isHalted(one);
  });

  test('R3a a machine that has just joined was shown main as it joined', async () => {
    const world = await createFleet(1);
    const before = world.hub.refs.get(MAIN) as string;
    world.orders([{ id: 'deploy', assign: 2, run: 'true', cancelled: true }]);
    await quiet(world);
    const two = world.addMachine('two');
    await two.join();
    world.hub.setRef(MAIN, before);
    world.orders([{ id: 'deploy', assign: 2, run: 'true' }]);
    const { started, state } = await two.cycle();
    expect(started).toEqual([]);
    expect(state.rewritten).toMatchObject({ found: world.hub.refs.get(MAIN) });
  });

  test('R3a I1 a join that was killed after its lane had landed goes on with the main that it was shown', async () => {
    const world = await createFleet(1);
    const before = world.hub.refs.get(MAIN) as string;
    world.orders([{ id: 'gone', assign: 'all', run: 'true', cancelled: true }]);
    await quiet(world);
    const two = world.addMachine('two');
    two.line.beforePush = async () => two.dieAt((step) => step === 'pushed');
    await expect(two.join()).rejects.toThrow('pushed');
    two.dieAt(() => false);
    world.hub.setRef(MAIN, before);
    world.orders([{ id: 'deploy', assign: 2, run: 'true' }]);
    expect((await two.join()).machine).toBe(2);
    const { started, state } = await two.cycle();
    expect(started).toEqual([]);
    expect(state.rewritten).toMatchObject({ found: world.hub.refs.get(MAIN) });
    const accepted = await acceptOrRestoreMain(two.machine().ledger, state);
    await two.journal.save(accepted.state);
    expect((await two.cycle()).started).toEqual(['deploy']);
  });

  test('R3a O4 a lane that moved meanwhile and was put back stood still for nobody', async () => {
    const world = await createFleet(2);
    const [one, two] = world.machines;
    const lane = 'refs/coord/machines/2';
    const rolledBack = world.hub.refs.get(MAIN) as string;
    world.person({ 'notes.txt': 'a main to roll back' });
    await quiet(world);
    const before = world.hub.refs.get(lane) as string;
    const main = world.hub.refs.get(MAIN) as string;
    world.pass(3_600_000);
    await two.cycle();
    expect(world.hub.refs.get(lane)).not.toBe(before);
    world.hub.setRef(MAIN, rolledBack);
    await isHalted(one, []);
    world.hub.setRef(MAIN, main);
    world.hub.setRef(lane, before);
    await one.cycle();
    expect(one.state().rewritten).toBeNull();
    expect(await world.text('COMPUTER_1.md')).not.toContain('lost_2');
  });

  test('R3a C4a what this machine pushed, and still has in view, ends no halt while the remote is away', async () => {
    const world = await createFleet(1);
    const [one] = world.machines;
    const before = world.hub.refs.get(MAIN) as string;
    world.script('long', () => ({ ms: 3_600_000, exitCode: 0 }));
    world.orders([{ id: 'long', assign: 1, run: 'true' }]);
    await one.cycle();
    expect(one.state().pushedMain).toBe(world.hub.refs.get(MAIN));
    world.hub.setRef(MAIN, before);
    await isHalted(one);
    one.line.offline = true;
    await isHalted(one);
    one.line.offline = false;
    await isHalted(one);
  });

  test('R3a a dry run saw it, which notes nothing', async () => {
    const { one } = await rewritten();
    expect((await one.cycle({ dryRun: true })).seen).toBeNull();
    expect(one.state().rewritten).toBeNull();
    one.line.offline = true;
    await isHalted(one);
  });

  test('R3a F4 it names another board, and the fetch of that fails', async () => {
    const { one } = await rewritten({ 'fleet.yaml': 'board: elsewhere\n' });
    one.line.afterFetch = async () => {
      one.line.offline = true;
    };
    await isHalted(one);
  });

  test('R3a C4a a process that would say its result without a fetch makes one, and says nothing', async () => {
    const { world, one } = await rewritten();
    expect(await one.beside().cycle({ dryRun: true })).toMatchObject({ seen: null });
    world.pass(3_600_000);
    const { fetched, push, state } = await one.cycle({ dryRun: false, mayRecall: true });
    expect({ fetched, push }).toEqual({ fetched: true, push: null });
    expect(state.rewritten).not.toBeNull();
    expect(state.ended.map(({ order }) => order)).toEqual(['long']);
  });

  test('R3a a main that is gone is put back with what this machine pushed last, seen by a fetch or not', async () => {
    const world = await createFleet(1);
    const [one] = world.machines;
    const edit = { kind: 'add', order: { id: 'mine', assign: 1, run: 'true' } } as const;
    await one.journal.record({ id: 'i1', recordedAt: '2026-11-20T22:00:00.000Z', edit });
    expect((await one.cycle()).push?.main).toBe('accepted');
    const pushed = world.hub.refs.get(MAIN);
    world.hub.setRef(MAIN, null);
    expect((await one.cycle()).state.rewritten).toMatchObject({ found: null });
    expect((await acceptOrRestoreMain(one.machine().ledger, one.state())).putBack).toEqual({ main: pushed, isPart: false });
    expect(world.hub.refs.get(MAIN)).toBe(pushed);
  });

  /** Main as it was before an order that a person placed through the machine, and that the host took. */
  async function rolledBack(): Promise<{ world: World; one: SimMachine; before: string; earlier: string }> {
    const world = await createFleet(1);
    const [one] = world.machines;
    const earlier = world.hub.refs.get(MAIN) as string;
    world.person({ 'notes.txt': 'notes' });
    await quiet(world);
    const before = world.hub.refs.get(MAIN) as string;
    world.script('mine', () => ({ ms: 3_600_000, exitCode: 0 }));
    const edit = { kind: 'add', order: { id: 'mine', assign: 1, run: 'true' } } as const;
    await one.journal.record({ id: 'i1', recordedAt: '2026-11-20T22:00:00.000Z', edit });
    expect((await one.cycle()).push?.main).toBe('accepted');
    world.hub.setRef(MAIN, before);
    return { world, one, before, earlier };
  }

  test('C4a R3a main went back before a push was shown: in force once a later push is shown', async () => {
    const { one, before } = await rolledBack();
    const first = await one.cycle();
    expect({ started: first.started, lane: first.push?.lane }).toEqual({ started: ['mine'], lane: 'accepted' });
    expect(first.seen?.snapshot.main.commit).not.toBe(before);
    const second = await one.cycle();
    expect({ main: second.seen?.snapshot.main.commit, stopped: second.stopped }).toEqual({ main: before, stopped: ['mine'] });
    expect(one.state().rewritten).toBeNull();
  });

  test('C4a R3a what a person took for main as it is, no earlier push of the machine takes back', async () => {
    const { world, one, earlier } = await rolledBack();
    world.hub.setRef(MAIN, earlier);
    expect((await one.cycle()).state.rewritten).toMatchObject({ found: earlier });
    await one.journal.save((await acceptOrRestoreMain(one.machine().ledger, one.state())).state);
    expect((await one.cycle()).seen?.snapshot.main.commit).toBe(earlier);
  });

  test('R3a S6 offline, on the main that was seen, the machine goes on and nothing is written for it', async () => {
    const world = await createFleet(1);
    const [one] = world.machines;
    one.line.offline = true;
    await one.cycle();
    const { save } = one.calls;
    expect((await one.cycle()).seen).not.toBeNull();
    expect(one.calls.save).toBe(save);
  });
});
