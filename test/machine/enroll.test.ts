import { describe, expect, test } from 'vitest';
import { enroll } from '../../src/machine/membership/enroll.ts';
import { createFleet, createWorld, NEW_FLEET, quiet, type SimMachine, type World } from './world.ts';

const MAIN = 'refs/heads/main';
const lanes = (refs: ReadonlyMap<string, string>) => [...refs.keys()].filter((ref) => ref.startsWith('refs/coord/machines/'));
const all = (id: string) => ({ id, assign: 'all', run: 'true' });

describe('I1: numbers', () => {
  test('I1 the lowest free one', async () => {
    const world = await createFleet(3);
    expect(world.machines.map((machine) => machine.number)).toEqual([1, 2, 3]);
    world.hub.setRef('refs/coord/machines/2', null);
    world.person({ 'COMPUTER_2.md': null, 'results/2.json': null });
    expect((await world.addMachine('new').join()).machine).toBe(2);
  });

  test('I1 a number with documents on the board is somebody’s, and so is a lane that nobody can read', async () => {
    const world = await createFleet(2);
    world.hub.setRef('refs/coord/machines/1', null);
    const odd = world.hub.commitAsPerson({ 'coordination/x.txt': 'x' }, 'odd');
    world.hub.setRef('refs/coord/machines/3', odd);
    expect((await world.addMachine('new').join()).machine).toBe(4);
  });

  test('I1 R4 a host that takes no lanes: its words, and what helps', async () => {
    const world = await createFleet(1);
    world.hub.refuse((ref) => (ref.startsWith('refs/coord/machines/') ? 'hook declined' : null));
    await expect(world.addMachine('new').join()).rejects.toMatchObject({
      code: 'REFUSED',
      message: expect.stringMatching(/refused number 2 5 times, although nobody has it \(hook declined\)$/),
      hint: expect.stringMatching(/^give this login the right to push/),
    });
  });

  test('I1 two joiners at once get different numbers', async () => {
    const world = await createFleet(1);
    const [a, b] = [world.addMachine('a'), world.addMachine('b')];
    a.line.beforePush = async () => void (await b.join());
    await a.join();
    expect([a.number, b.number]).toEqual([3, 2]);
    await quiet(world);
    expect(Object.values((await world.status()).machines).map((it) => it.name)).toEqual(['m1', 'b', 'a']);
  });

  test('I1 five joiners at once get five numbers', async () => {
    const world = await createFleet(1);
    const joiners = ['a', 'b', 'c', 'd', 'e'].map((name) => world.addMachine(name));
    for (const [index, joiner] of joiners.entries()) {
      const next = joiners[index + 1];
      if (next !== undefined) joiner.line.beforePush = async () => void (await next.join());
    }
    await joiners[0]?.join();
    expect(joiners.map((joiner) => joiner.number).sort()).toEqual([2, 3, 4, 5, 6]);
    await quiet(world);
    expect(Object.keys((await world.status()).machines)).toHaveLength(6);
  });

  test.each(['answer', 'request'] as const)('I1 R5 the %s of the join is lost: one number, one lane', async (lose) => {
    const world = await createFleet(1);
    const joiner = world.addMachine('a');
    joiner.line.lose = lose;
    expect((await joiner.join()).machine).toBe(2);
    expect(lanes(world.hub.refs)).toHaveLength(2);
    await quiet(world);
    expect(joiner.state()).toMatchObject({ machine: 2, duplicate: null });
  });

  test('I1.1 D2 a joiner whose lane was refused has said nothing on the board', async () => {
    const world = await createFleet(1);
    const [a, b, c] = ['a', 'b', 'c'].map((name) => world.addMachine(name)) as [SimMachine, SimMachine, SimMachine];
    a.line.beforePush = async () => {
      await b.join();
      // Of c the lane lands alone, so main still stands where a has just seen it.
      a.line.afterFetch = async () => {
        world.hub.refuse((ref) => (ref.startsWith('refs/coord/') ? null : 'not now'));
        await c.join();
        world.hub.refuse(() => null);
      };
    };
    await a.join();
    expect([a, b, c].map(({ number }) => number)).toEqual([4, 2, 3]);
    const said = await world.text('COMPUTER_3.md');
    expect(said ?? '').not.toContain('name: a');
    await quiet(world);
    expect(Object.values((await world.status()).machines).map((it) => it.name)).toEqual(['m1', 'b', 'c', 'a']);
    expect(c.state().duplicate).toBeNull();
  });

  test('I1 killed after the push: the same command goes on where it was', async () => {
    const world = await createFleet(1);
    const joiner = world.addMachine('a');
    joiner.line.beforePush = async () => {
      joiner.dieAt((step) => step === 'pushed');
    };
    await expect(joiner.join()).rejects.toThrow('pushed');
    joiner.dieAt(() => false);
    expect((await joiner.join()).machine).toBe(2);
    expect(lanes(world.hub.refs)).toHaveLength(2);
  });

  test('I1 R5 a lane of its own that a mirror showed late: it is that machine, whatever it tried meanwhile', async () => {
    const world = await createFleet(1);
    const joiner = world.addMachine('a');
    const [lane2, lane3] = ['refs/coord/machines/2', 'refs/coord/machines/3'];
    world.hub.refuse((ref) => (ref === 'refs/heads/main' ? 'not now' : null));
    joiner.line.beforePush = async () => joiner.dieAt((step) => step === 'pushed');
    await expect(joiner.join()).rejects.toThrow('pushed');
    joiner.dieAt(() => false);
    world.hub.refuse(() => null);
    const mine = world.hub.refs.get(lane2) as string;
    world.hub.setRef(lane2, null);
    world.person({ 'COMPUTER_2.md': 'somebody else who believes to be 2' });
    joiner.line.beforePush = async () => {
      world.hub.setRef(lane2, mine);
      world.hub.setRef(lane3, world.hub.refs.get('refs/coord/machines/1') as string);
    };
    expect((await joiner.join()).machine).toBe(2);
    world.hub.setRef(lane3, null);
    await quiet(world);
    expect(joiner.state()).toMatchObject({ machine: 2, duplicate: null });
    world.orders([{ id: 'hello', assign: 2, run: 'true' }]);
    await quiet(world);
    expect((await world.status()).orders.hello).toMatchObject({ state: 'COMPLETED' });
  });

  test('D8 a repo that holds no fleet is said to hold none', async () => {
    const world = createWorld();
    world.hub.commitAsPerson({ 'README.md': 'mine' });
    await expect(world.addMachine('a').join()).rejects.toMatchObject({ code: 'NO_FLEET' });
    const offline = world.addMachine('b');
    offline.line.offline = true;
    await expect(offline.join()).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });
});

describe('I3: founding', () => {
  test('I3 two founders at once: the loser joins the winner’s fleet', async () => {
    const world = createWorld();
    const [a, b] = [world.addMachine('a'), world.addMachine('b')];
    a.line.beforePush = async () => void (await b.join(NEW_FLEET));
    const enrolled = await a.join(NEW_FLEET);
    expect([a.number, b.number, enrolled.founded]).toEqual([2, 1, false]);
    await quiet(world);
    expect(Object.values((await world.status()).machines).map((it) => it.name)).toEqual(['b', 'a']);
  });

  test('I3 an empty repo gets a main; a project’s own files are left alone', async () => {
    const world = createWorld();
    world.hub.commitAsPerson({ 'src/app.js': 'mine' });
    expect(await world.addMachine('a').join(NEW_FLEET)).toMatchObject({ machine: 1, founded: true });
    expect([...world.hub.filesOf(world.hub.refs.get(MAIN) ?? '').keys()]).toContain('src/app.js');
    expect(await world.text('ORDERS.json')).toContain('"orders": []');
  });

  test('I3 what people have prepared is not written over', async () => {
    const world = createWorld();
    world.person({ 'fleet.yaml': 'name: mine\n' });
    const found = new Map([...NEW_FLEET, ['fleet.yaml', 'name: fleet\n']]);
    expect(await world.addMachine('a').join(found)).toMatchObject({ machine: 1, founded: true });
    await quiet(world);
    expect(await world.text('fleet.yaml')).toBe('name: mine\n');
    expect(await world.text('ORDERS.json')).toContain('"orders": []');
  });

  test('I3 R2 main moved while the fleet was founded: the board is laid down all the same', async () => {
    const world = createWorld();
    const founder = world.addMachine('a');
    founder.line.beforePush = async () => void world.hub.commitAsPerson({ 'README.md': 'mine' });
    expect(await founder.join(NEW_FLEET)).toMatchObject({ machine: 1, founded: true });
    expect(await world.text('ORDERS.json')).toContain('"orders": []');
    expect(lanes(world.hub.refs)).toHaveLength(1);
  });

  test('I3 two founders, and a person’s push that refuses the board of both: one lays it down', async () => {
    const world = createWorld();
    const [a, b] = [world.addMachine('a'), world.addMachine('b')];
    a.line.beforePush = async () => {
      world.hub.commitAsPerson({ 'README.md': 'mine' });
      await b.join(NEW_FLEET);
    };
    await a.join(NEW_FLEET);
    await quiet(world);
    expect(await world.text('ORDERS.json')).toContain('"orders": []');
    expect([a.number, b.number].sort()).toEqual([1, 2]);
  });

  test('I3.3 R1a a host that refuses main: no fleet yet, and the same command founds it later', async () => {
    const world = createWorld();
    world.hub.refuse((ref) => (ref === MAIN ? 'protected' : null));
    const founder = world.addMachine('a');
    const refused = { code: 'REFUSED', message: expect.stringContaining('no fleet yet: protected') };
    await expect(founder.join(NEW_FLEET)).rejects.toMatchObject(refused);
    // Asked again by a person, within the hour in which no cycle would.
    await expect(founder.join(NEW_FLEET)).rejects.toMatchObject(refused);
    expect(lanes(world.hub.refs)).toHaveLength(1);
    world.hub.refuse(() => null);
    expect(await founder.join(NEW_FLEET)).toMatchObject({ machine: 1, founded: true });
    expect(founder.state().boardRefused).toBeNull();
    expect(await world.text('ORDERS.json')).toContain('"orders": []');
  });
});

describe('O1: what stood there before the join', () => {
  test('O1 a joiner runs `all` orders that were added or raised later, and no others', async () => {
    const world = await createFleet(1);
    world.orders([all('old'), { ...all('open'), joiners: true }, all('raised')]);
    await quiet(world);
    const joiner = world.addMachine('a');
    await joiner.join();
    await quiet(world);
    world.orders([all('old'), { ...all('open'), joiners: true }, { ...all('raised'), generation: 2 }, all('new')]);
    await quiet(world);
    expect(joiner.runner.starts.map((it) => `${it.order} ${it.generation}`)).toEqual(['open 1', 'raised 2', 'new 1']);
    world.pass(60_000);
    await quiet(world);
    expect((await world.status()).orders.old).toMatchObject({ state: 'COMPLETED', machines: { 1: { state: 'COMPLETED' } } });
  });

  test('O1 what was passed over is what was there when the lane was created, whatever answers were lost', async () => {
    const world = await createFleet(1);
    world.orders([all('old')]);
    const joiner = world.addMachine('a');
    joiner.line.lose = 'answer';
    joiner.line.beforePush = async () => world.orders([all('old'), all('new')]);
    await joiner.join();
    await quiet(world);
    expect(joiner.runner.starts.map((it) => it.order)).toEqual(['new']);
  });
});

test('F4 a joiner of a fleet with a board of its own folds onto that board', async () => {
  const world = await createFleet(1);
  world.person({ 'fleet.yaml': 'board: coord-board\n' });
  await quiet(world);
  const main = world.hub.refs.get(MAIN);
  const joiner: SimMachine = world.addMachine('a');
  await joiner.join();
  await quiet(world);
  expect(world.hub.refs.get(MAIN)).toBe(main);
  expect(await world.text('COMPUTER_2.md', 'refs/heads/coord-board')).toContain('name: a');
});

describe('I1 I2 one computer, one machine, unless somebody asks for another', () => {
  const joinAgain = async (again: boolean, state?: 'LEFT') => {
    const world = await createFleet(2);
    const [, two] = world.machines;
    if (state === 'LEFT') {
      await two.journal.save({ ...two.state(), leaving: { since: '2026-11-20T22:00:00.000Z', stop: false, landed: false } });
      await two.cycle();
    }
    const joiner = world.addMachine('x');
    const self = { ...joiner.settings.self, computer: two.settings.self.computer };
    const selfAs = (machine: number) => ({ ...self, machine });
    return enroll(joiner.machine(), { selfAs, found: null, as: null, again, wasHere: true, frontPage: null });
  };

  test('a computer whose machine stands on the board becomes no second one by itself', async () => {
    await expect(joinAgain(false)).rejects.toMatchObject({
      code: 'ANOTHER_MACHINE',
      message: 'this computer is machine 2 m2 of this fleet already',
      hint: expect.stringContaining('--as 2'),
    });
  });

  test('with --again, and after that machine has left, it does', async () => {
    expect(await joinAgain(true)).toMatchObject({ machine: 3 });
    expect(await joinAgain(false, 'LEFT')).toMatchObject({ machine: 3 });
  });
});

describe('I2.6 a machine of another computer that was just heard of is taken over on a second word alone', () => {
  const HOUR_MS = 3_600_000;
  interface Taken {
    readonly again?: boolean;
    readonly isSameComputer?: boolean;
    readonly wasHere?: boolean;
    readonly afterMs?: number;
  }

  async function takeTwo(world: World, { again = false, isSameComputer = false, wasHere = true, afterMs = 60_000 }: Taken) {
    const two = world.machines[1] as SimMachine;
    const joiner = world.addMachine('x');
    const self = { ...joiner.settings.self, ...(isSameComputer ? { computer: two.settings.self.computer } : {}) };
    world.pass(afterMs);
    const selfAs = (machine: number) => ({ ...self, machine });
    return enroll(joiner.machine(), { selfAs, found: null, as: 2, again, wasHere, frontPage: null });
  }

  test('refused, with the time when it was heard of, and nothing is written', async () => {
    const world = await createFleet(2);
    const before = new Map(world.hub.refs);
    await expect(takeTwo(world, {})).rejects.toMatchObject({
      code: 'ANOTHER_MACHINE',
      message: expect.stringMatching(/^machine 2 m2 is another computer, which was heard of at \d{4}-\d\d-\d\d \d\d:\d\d UTC$/),
      hint: expect.stringContaining('--as 2 --again'),
    });
    expect(new Map(world.hub.refs)).toEqual(before);
  });

  test('its UUID alone may be a copy: a computer that knows no folder of that machine is asked, too', async () => {
    await expect(takeTwo(await createFleet(2), { isSameComputer: true, wasHere: false })).rejects.toMatchObject({
      code: 'ANOTHER_MACHINE',
      message: expect.stringMatching(/^machine 2 m2 was heard of at .* UTC, and policy.yaml here lists no folder of it/),
      hint: expect.stringMatching(/--as 2 --again.*; without --as, --again/),
    });
  });

  test.each<[who: string, taken: Taken]>([
    ['with --again', { again: true }],
    ['the same computer', { isSameComputer: true }],
    ['one that is silent for its lease', { afterMs: 4 * HOUR_MS }],
  ])('%s goes on as it', async (_, taken) => {
    expect(await takeTwo(await createFleet(2), taken)).toMatchObject({ machine: 2, name: 'x' });
  });

  test('F2 one that another machine calls lost goes on, whatever its lane says of its time', async () => {
    const world = await createFleet(2);
    const [one] = world.machines;
    world.pass(4 * HOUR_MS);
    await one.cycle();
    world.pass(-4 * HOUR_MS);
    expect(await takeTwo(world, {})).toMatchObject({ machine: 2 });
  });

  test('a beat counts, however old its document is', async () => {
    const world = await createFleet(2);
    const [one, two] = world.machines;
    world.pass(4 * HOUR_MS);
    await two.cycle();
    await one.cycle();
    await expect(takeTwo(world, {})).rejects.toMatchObject({ code: 'ANOTHER_MACHINE' });
  });

  test('I4 one that has left goes on elsewhere', async () => {
    const world = await createFleet(2);
    const two = world.machines[1] as SimMachine;
    await two.journal.save({ ...two.state(), leaving: { since: '2026-11-20T22:00:00.000Z', stop: false, landed: false } });
    await two.cycle();
    expect(await takeTwo(world, {})).toMatchObject({ machine: 2 });
  });
});
