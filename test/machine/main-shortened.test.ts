// R3b: main's history was shortened on a person's word. Machines go on; whoever slept meanwhile too.
import { describe, expect, test } from 'vitest';
import { isoTime, parseTime } from '../../src/core/base/time.ts';
import { cameToMainMs } from '../../src/core/cycle/observe-announced.ts';
import type { Believed, Snapshot } from '../../src/core/model/ledger/snapshot.ts';
import type { CommitTree } from '../../src/core/model/ledger/trees.ts';
import { compact } from '../../src/operations/history/compact.ts';
import { announcedBy, mustBeCut, mustBeSeen, mustHoldAll, mustStay } from '../../src/operations/history/may-shorten.ts';
import { moveLanes } from '../../src/operations/history/release-lanes.ts';
import type { World } from '../../src/operations/sync/dependencies.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { snapshot, view } from '../core/samples.ts';
import { createFleet, quiet } from './world.ts';

const MAIN = 'refs/heads/main';
const DAY_MS = 86_400_000;

describe('R3b: a shortened history leads on for whoever saw what it still holds', () => {
  test('R3b machines go on, in a new process too; nothing is stopped, and nothing runs again', async () => {
    const world = await createFleet(2);
    const [one, two] = world.machines;
    world.script('long', () => ({ ms: 3_600_000, exitCode: 0 }));
    world.orders([
      { id: 'long', assign: 1, run: 'true' },
      { id: 'short', assign: 2, run: 'true' },
    ]);
    await quiet(world);
    world.hub.compact(2);
    two.restart();
    for (const machine of [one, two]) {
      const { state, stopped, started } = await machine.cycle();
      expect({ stopped, started, rewritten: state.rewritten }).toEqual({ stopped: [], started: [], rewritten: null });
      expect(state.main).toBe(world.hub.refs.get(MAIN));
    }
    world.pass(3_600_000);
    await quiet(world);
    const { orders } = await world.status();
    expect([orders.long?.state, orders.short?.state]).toEqual(['COMPLETED', 'COMPLETED']);
  });

  test('R3b S5 a machine that slept for a month through two of them brings its results once', async () => {
    const world = await createFleet(2);
    const [one, two] = world.machines;
    world.script('job', () => ({ ms: 60_000, exitCode: 0, outputs: { made: 'it' } }));
    world.orders([{ id: 'job', assign: 2, run: 'true' }]);
    await quiet(world);
    two.line.offline = true;
    world.pass(60_000);
    await two.cycle();
    for (const week of [1, 2, 3, 4]) {
      world.pass(7 * DAY_MS);
      world.person({ 'notes.txt': `week ${week}` });
      await one.cycle();
      if (week % 2 === 0) world.hub.compact(2 * week);
      await one.cycle();
    }
    two.line.offline = false;
    two.restart();
    const { state } = await two.cycle();
    expect(state.rewritten).toBeNull();
    await quiet(world);
    expect((await world.status()).orders.job).toMatchObject({ state: 'COMPLETED', machine: 2, attempt: 1 });
    expect(two.runner.starts.filter(({ order }) => order === 'job')).toHaveLength(1);
    expect(two.state().ended.map(({ order }) => order)).toEqual(['job']);
  });

  test('R3b C4a what this machine pushed and never saw again is held too, where what it saw before is not', async () => {
    const world = await createFleet(1);
    const [one] = world.machines;
    world.script('a', () => ({ ms: 60_000, exitCode: 0 }));
    world.orders([{ id: 'a', assign: 1, run: 'true' }]);
    await one.cycle();
    const { main, pushedMain } = one.state();
    expect(pushedMain).toBe(world.hub.refs.get(MAIN));
    expect(pushedMain).not.toBe(main);
    world.hub.compact(1);
    expect((await one.cycle()).state).toMatchObject({ rewritten: null, main: world.hub.refs.get(MAIN) });
  });

  test('R3b R3a one that does not hold what a machine saw halts it, whatever it says', async () => {
    const world = await createFleet(1);
    const [one] = world.machines;
    world.person({ 'notes.txt': 'before' });
    await quiet(world);
    const before = world.hub.refs.get(MAIN) as string;
    world.orders([{ id: 'a', assign: 1, run: 'true' }]);
    await quiet(world);
    world.hub.setRef(MAIN, before);
    world.hub.compact(2);
    expect((await one.cycle()).state.rewritten).toMatchObject({ found: world.hub.refs.get(MAIN) });
  });

  test('R3b D4 what each lane saw last has to stay, and what brought a version that is in force', async () => {
    const world = await createFleet(2);
    const [one] = world.machines;
    world.person({ 'fleet.yaml': 'keep: 5d\n' });
    const brought = world.hub.refs.get(MAIN);
    await quiet(world);
    world.orders([{ id: 'a', assign: 'all', run: 'true' }]);
    await quiet(world);
    world.person({ 'fleet.yaml': 'keep: soon\n' });
    for (let times = 0; times < 3; times += 1) await one.cycle();
    const snapshot = (await one.cycle()).seen?.snapshot;
    const lanes = [...(snapshot?.lanes.values() ?? [])].map(({ parent }) => parent);
    if (snapshot === undefined || lanes.length !== 2) throw new Error('it saw no lanes');
    expect(lanes).not.toContain(brought);
    const stays = await mustStay(one.machine().ledger, snapshot, one.state());
    expect(stays.map(({ commit }) => commit)).toEqual(expect.arrayContaining([brought, ...lanes, one.state().main]));
  });

  test('R3b a machine whose lane the host lost has not left: nobody can tell what it saw', async () => {
    const world = await createFleet(2);
    const [one] = world.machines;
    await quiet(world);
    world.hub.setRef('refs/coord/machines/2', null);
    const snapshot = (await one.cycle()).seen?.snapshot;
    if (snapshot === undefined) throw new Error('it saw nothing');
    expect(() => mustHoldAll(snapshot, [])).toThrow('nobody can tell what machine 2');
  });

  test('R3b C3 each machine says once that it saw an announcement, with nothing else to say', async () => {
    const world = await createFleet(3);
    await quiet(world);
    world.person({ 'fleet.yaml': 'keep_history: 30d\ncompact_at: 2026-12-24T10:00:00Z\n' });
    const lanes = () => world.machines.map(({ number }) => world.hub.refs.get(`refs/coord/machines/${number}`));
    const before = lanes();
    for (const machine of world.machines) await machine.cycle();
    const after = lanes();
    expect(after.filter((lane, index) => lane === before[index])).toEqual([]);
    const [one] = world.machines;
    const { seen, state } = await one.cycle();
    const announced = {
      compactAt: seen?.snapshot.fleet.compactAt ?? '',
      keepMs: 30 * DAY_MS,
      nowMs: world.now(),
    };
    if (seen === null) throw new Error('it saw nothing');
    await mustBeSeen(one.machine().ledger, seen.snapshot, state, announced);
    for (const machine of world.machines) await machine.cycle();
    expect(lanes()).toEqual(after);
  });

  test('R3b an announcement came when this machine first saw it, whatever its commit says', async () => {
    const world = await createFleet(1);
    const [one] = world.machines;
    await quiet(world);
    world.person({ 'fleet.yaml': 'keep_history: 30d\ncompact_at: 2020-12-24T10:00:00Z\n' });
    const { seen } = await one.cycle();
    const said = { compactAt: seen?.snapshot.fleet.compactAt ?? '', keepMs: 30 * DAY_MS };
    const seenMs = parseTime(one.state().announced?.at ?? '');
    const nowMs = seenMs + DAY_MS;
    world.pass(DAY_MS);
    await one.cycle();
    const came = (at: string | null, it = said) => cameToMainMs(one.state(), it, at, nowMs);
    for (const at of [null, isoTime(seenMs - 9 * DAY_MS), isoTime(seenMs + 9 * DAY_MS)]) expect(came(at)).toBe(seenMs);
    expect(came(isoTime(seenMs + 3_600_000))).toBe(seenMs + 3_600_000);
    expect(came(isoTime(seenMs), { ...said, keepMs: DAY_MS })).toBe(nowMs);
  });

  test('R3b a shorter length under a standing time is an announcement of its own', async () => {
    const world = await createFleet(1);
    const [one] = world.machines;
    const said = (days: number) => ({ 'fleet.yaml': `keep_history: ${days}d\ncompact_at: 2026-12-24T10:00:00Z\n` });
    world.person(said(365));
    await quiet(world);
    world.person(said(30));
    const changed = world.hub.refs.get(MAIN);
    await quiet(world);
    world.person({ ...said(30), 'notes.txt': 'and nothing else' });
    await quiet(world);
    const compactAt = (await one.cycle()).seen?.snapshot.fleet.compactAt ?? '';
    const announced = await announcedBy(one.machine().ledger, { compactAt, keepMs: 30 * 86_400_000 });
    expect(announced?.commit).toBe(changed);
  });

  test('R3b a refusal names all that holds the history, and whose date it is only where nothing else does', () => {
    const dated = { commit: 'd'.repeat(40), at: '2026-11-10T00:00:00.000Z' };
    const stays = ['2 pc', '3 nas', '4 new'].map((name) => ({ commit: name, what: `what machine ${name} saw last` }));
    const seen = snapshot({ machines: [view(1, { lane: { parent: 'main-1' } })] });
    const refusal = (held: readonly string[], doubt: object) => {
      const plan = { tip: 't', cut: '', cutAt: '', dropped: 0, kept: 0, held, missing: [], ...doubt };
      try {
        return mustBeCut(seen, stays, plan);
      } catch (error) {
        return error;
      }
    };
    const rest = 'with all that is newer';
    const commit = 'commit dddddddddd (of 2026-11-10, below older dates)';
    expect(refusal(['2 pc', '3 nas'], { dated })).toMatchObject({
      message: `nothing was changed: ${commit}, what machine 2 pc saw last and what machine 3 nas saw last stay, ${rest}`,
      hint: 'coord machines, which says who sleeps',
    });
    expect(refusal([], { dated })).toMatchObject({
      message: `nothing was changed: ${commit} stays, ${rest}`,
      hint: 'git show -s dddddddddd, which says whose date that is',
    });
    expect(refusal(['3 nas'], {})).toMatchObject({
      message: `nothing was changed: what machine 3 nas saw last stays, ${rest}`,
      hint: 'coord machines, which says who sleeps',
    });
  });

  test('R3b a bundle has a name that the commit can hold; another is refused before anything is looked at', async () => {
    const asked = { keepMs: null, isNow: false, isCancelled: false, atLeastBytes: null, archive: null };
    const named = (name: string) => compact({} as World, fleetFolderAt('/nowhere'), { ...asked, bundle: `/a place/${name}` });
    for (const name of ['my old.bundle', 'größe.bundle', 'a:b', 'x'.repeat(201)])
      await expect(named(name)).rejects.toMatchObject({
        code: 'USAGE',
        message: `--bundle: expected a file name of letters A to Z, digits, dots, - and _, 200 at most, found ${JSON.stringify(name)}`,
        hint: 'coord compact --bundle old-history.bundle',
      });
    for (const name of ['old-history_2.bundle', 'x'.repeat(200)])
      await expect(named(name)).rejects.not.toHaveProperty('code', 'USAGE');
  });

  test('R3b R5 an edit that landed, its answer lost, is not made again after a person took it back', async () => {
    const world = await createFleet(1);
    const [one] = world.machines;
    for (const note of ['x', 'y', 'z']) world.orders([{ id: note, assign: 9, run: 'true' }]);
    await quiet(world);
    await one.edit({ kind: 'add', order: { id: 'mine', assign: 9, run: 'true' } });
    one.line.lose = 'answer';
    await one.cycle();
    expect(one.disk.outbox).toHaveLength(1);
    expect(await world.text('ORDERS.json')).toContain('"mine"');
    world.orders([{ id: 'z', assign: 9, run: 'true' }]);
    // What is left: the fold before the edit, the edit, and that it was taken back.
    world.hub.compact(3);
    await quiet(world);
    expect(one.disk.outbox).toEqual([]);
    expect(await world.text('ORDERS.json')).not.toContain('"mine"');
  });

  test('R3b.5 a sealed lane of one that has left moves once the trust names it no more', async () => {
    const world = await createFleet(2);
    const [one, two] = world.machines;
    await quiet(world);
    two.disk.state = { ...two.state(), leaving: { since: '2026-11-20T22:00:00.000Z', stop: false, landed: false } };
    await two.cycle();
    for (let edit = 0; edit < 3; edit += 1) world.person({ 'notes.txt': `${edit}` });
    for (let times = 0; times < 3; times += 1) await one.cycle();
    world.hub.compact(2);
    await one.cycle();
    const machine = one.machine();
    const lastSeen: typeof machine.ledger.lastSeen = async () => {
      const seen = await machine.ledger.lastSeen();
      const sealed = ([number, lane]: readonly [number, CommitTree]) =>
        [number, { ...lane, message: `${lane.message}Coord-Signed: ${'A'.repeat(86)}==\n` }] as const;
      return seen && { ...seen, lanes: new Map([...seen.lanes].map(sealed)) };
    };
    const moved = (admitted: readonly number[], invited: readonly number[] = []) => {
      const believe = async ({ orders, claims }: Snapshot): Promise<Believed> => {
        const none = { forks: [], repeatable: new Set<string>(), uncovered: new Set<string>() };
        return { ...none, orders, claims, doubted: new Map(), admitted: new Set(admitted), invited: new Set(invited) };
      };
      const believer = { believe, mustKnowOwnWord: () => {} };
      return moveLanes({ ...machine, ledger: { ...machine.ledger, lastSeen }, believer }, one.state());
    };
    // The trust cannot be read here; it names machine 2; others may have let it in by an invitation; neither.
    expect([await moved([]), await moved([1, 2]), await moved([1], [2]), await moved([1])]).toEqual([0, 0, 0, 1]);
    await machine.ledger.fetch(null);
    const { lanes } = (await machine.ledger.lastSeen()) ?? {};
    expect(lanes?.get(2)?.message).not.toContain('Coord-Signed');
  });

  test('R3b, H2 the lanes of all that have left move with one push, which counts like any other', async () => {
    const world = await createFleet(4);
    const [one, ...others] = world.machines;
    await quiet(world);
    for (const { disk, state } of others) {
      const leaving = { since: '2026-11-20T22:00:00.000Z', stop: false, landed: false };
      disk.state = { ...state(), leaving };
    }
    for (const other of others) await other.cycle();
    for (let edit = 0; edit < 3; edit += 1) world.person({ 'notes.txt': `${edit}` });
    for (let times = 0; times < 3; times += 1) await one.cycle();
    world.hub.compact(2);
    await one.cycle();
    const machine = one.machine();
    const pushes: number[] = [];
    const ledger: typeof machine.ledger = {
      ...machine.ledger,
      push: async (updates) => {
        pushes.push(updates.length);
        // One of them has moved meanwhile.
        if (pushes.length === 1) world.hub.setRef('refs/coord/machines/3', world.hub.refs.get(MAIN) ?? '');
        return machine.ledger.push(updates);
      },
    };
    const before = one.state().pushTimes.length;
    expect(await moveLanes({ ...machine, ledger }, one.state())).toBe(2);
    expect([pushes, one.state().pushTimes.length - before]).toEqual([[3], 1]);
    expect(await moveLanes({ ...machine, ledger }, one.state())).toBe(0);
    expect([pushes.length, one.state().pushTimes.length - before]).toEqual([1, 1]);
  });
});
