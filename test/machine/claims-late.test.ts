// Claims and leases where time passes at the wrong moment, and a machine that leaves. Found by the simulation (test/sim).
import { describe, expect, test } from 'vitest';
import type { JournalState } from '../../src/core/model/ledger/journal.ts';
import { createFleet, type SimMachine, type World } from './world.ts';

const CLAIMS = 'refs/coord/claims/';
const claims = (world: World) =>
  [...world.hub.refs.keys()].filter((ref) => ref.startsWith(CLAIMS)).map((ref) => ref.slice(CLAIMS.length));
const run = (id: string, assign: unknown, attempts = 1) => ({ id, assign, run: 'true', attempts });
const journalOf = ({ disk }: SimMachine) => disk.state as JournalState;

function leaves(machine: SimMachine): void {
  const leaving = { since: '2026-11-20T22:00:00.000Z', stop: false, landed: false };
  machine.disk.state = { ...journalOf(machine), leaving };
}

describe('O4: a process that is held up', () => {
  test('O4, S4 calls nobody lost whom its fetch did not show standing still, and takes nothing over', async () => {
    const world = await createFleet(2);
    const [one, two] = world.machines;
    world.script('a', () => ({ ms: 3_600_000, exitCode: 0 }));
    world.orders([run('a', [2], 3)]);
    for (let second = 0; second < 4; second += 1) {
      world.pass(1000);
      await two.cycle();
      await one.cycle();
    }
    world.orders([run('a', 'any', 3)]);
    await one.cycle();
    // Soon two is lost. A laptop's lid is closed between the answer of the fetch and whatever comes next, for less than makes it look again.
    world.pass(150_000);
    one.line.afterFetch = async () => world.pass(59_000);
    await one.cycle();
    expect(journalOf(one).claims).toEqual([]);
    expect(claims(world)).toEqual(['a/1.1']);
    expect(await world.text('COMPUTER_1.md')).not.toContain('lost_2');
  });
});

describe('O2a: the claim of a run that has ended', () => {
  test('O2a goes with the next push, also where every push says something new', async () => {
    const world = await createFleet(1);
    const [machine] = world.machines;
    const orders = [run('a', 'any')];
    for (let index = 0; index < 8; index += 1) {
      // Each is a word of its own.
      orders.push(run(`own-${index}`, 1));
      world.orders(orders);
      await machine.cycle();
      world.pass(1000);
    }
    expect((await world.status()).orders.a).toMatchObject({ state: 'COMPLETED' });
    expect(claims(world)).toEqual([]);
  });

  test('O2a, I4 is gone before a machine that leaves has left', async () => {
    const world = await createFleet(2);
    const [machine, other] = world.machines;
    world.script('a', () => ({ ms: 20_000, exitCode: 0 }));
    world.orders([run('a', [1])]);
    await machine.cycle();
    await machine.cycle();
    expect(claims(world)).toEqual(['a/1.1']);
    leaves(machine);
    await machine.cycle();
    world.pass(20_000);
    for (let times = 0; times < 4; times += 1) await machine.cycle();
    expect(journalOf(machine).leaving).toMatchObject({ landed: true });
    expect(claims(world)).toEqual([]);
    await other.cycle();
    expect((await world.status()).orders.a).toMatchObject({ state: 'COMPLETED' });
  });
});

describe('I4: the claims of a machine that leaves', () => {
  test('O2a, I4 go once its result stands on its lane, though the host lets nobody fold', async () => {
    const world = await createFleet(1);
    const [machine] = world.machines;
    world.script('a', () => ({ ms: 20_000, exitCode: 0 }));
    world.orders([run('a', 'any')]);
    await machine.cycle();
    await machine.cycle();
    world.hub.refuse((ref) => (ref === 'refs/heads/main' ? 'protected branch' : null));
    leaves(machine);
    await machine.cycle();
    world.pass(20_000);
    for (let times = 0; times < 4; times += 1) await machine.cycle();
    expect(journalOf(machine).leaving).toMatchObject({ landed: true });
    expect(claims(world)).toEqual([]);
  });
});

describe('O6: a success that was said late', () => {
  test('S4, O6 stands where whoever took over is lost before its start: nobody is said to go on', async () => {
    const world = await createFleet(3);
    const [one, two, three] = world.machines;
    world.script('a', () => ({ ms: 10_000, exitCode: 0 }));
    world.orders([run('a', [1, 2], 3)]);
    await one.cycle();
    await one.cycle();
    one.line.offline = true;
    for (let second = 0; second < 1200 && !claims(world).includes('a/1.2'); second += 5) {
      world.pass(5000);
      await one.cycle();
      await two.cycle();
      await three.cycle();
    }
    expect(claims(world)).toContain('a/1.2');
    one.line.offline = false;
    for (let minute = 0; minute < 30; minute += 1) {
      await one.cycle();
      await three.cycle();
      world.pass(60_000);
    }
    expect((await world.status()).orders.a).toMatchObject({ state: 'COMPLETED', attempt: 1, machine: 1 });
  });
});

describe('O4: a claim that only its ref tells of', () => {
  test('O4, O8 of a generation that was lowered since: nobody waits for an attempt that never comes', async () => {
    const world = await createFleet(2);
    const [one, two] = world.machines;
    world.script('a', () => ({ ms: 10, exitCode: 1 }));
    world.orders([run('a', [2], 3)]);
    await two.cycle();
    world.pass(1000);
    await two.cycle();
    world.orders([{ ...run('a', [1, 2], 3), generation: 2 }]);
    world.hub.refuse((ref) => (ref.startsWith(CLAIMS) ? null : 'busy'));
    await one.cycle();
    world.hub.refuse(() => null);
    expect(claims(world)).toContain('a/2.1');
    world.orders([run('a', [1, 2], 3)]);
    for (let minute = 0; minute < 20; minute += 1) {
      world.pass(60_000);
      await two.cycle();
    }
    const reason = 'generation 2 was claimed by 1 m1, and a lower one changes nothing; to go on: coord retry a';
    expect((await world.status()).orders.a).toMatchObject({ state: 'BLOCKED', reason });
  });

  test('O4 its holder is gone before its lane said so: whoever sees it says why nobody goes on', async () => {
    const world = await createFleet(2);
    const [one, two] = world.machines;
    world.orders([run('a', [1, 2])]);
    world.hub.refuse((ref) => (ref.startsWith(CLAIMS) ? null : 'busy'));
    await one.cycle();
    world.hub.refuse(() => null);
    expect(claims(world)).toEqual(['a/1.1']);
    for (let minute = 0; minute < 20; minute += 1) {
      world.pass(60_000);
      await two.cycle();
    }
    const reason = expect.stringContaining('claimed by 1 m1, which is lost; it may have run');
    expect((await world.status()).orders.a).toMatchObject({ state: 'BLOCKED', reason });
  });

  test('O8 lowered below what a lost machine has claimed: it says so', async () => {
    const world = await createFleet(2);
    const [one, two] = world.machines;
    world.orders([{ ...run('a', [1, 2]), generation: 2 }]);
    await one.cycle();
    world.orders([run('a', [1, 2])]);
    for (let minute = 0; minute < 20; minute += 1) {
      world.pass(60_000);
      await two.cycle();
    }
    const reason = 'generation 2 was claimed by 1 m1, and a lower one changes nothing; to go on: coord retry a';
    expect((await world.status()).orders.a).toMatchObject({ state: 'BLOCKED', reason });
  });
});

test.each([
  ['a list', [1]],
  ['a machine', 1],
])('O10, F1 between two attempts the board says what keeps the next one: %s', async (_, assign) => {
  const world = await createFleet(1);
  const [one] = world.machines;
  world.script('a', () => ({ ms: 10, exitCode: 1 }));
  world.orders([run('a', assign, 3)]);
  const cycles = async (times: number) => {
    for (let time = 0; time < times; time += 1) {
      world.pass(15);
      await one.cycle();
    }
  };
  await cycles(2);
  const { self } = one.settings;
  one.settings.self = { ...self, policy: { ...self.policy, allow: [] } };
  await cycles(2);
  expect((await world.status()).orders.a).toMatchObject({
    ...{ state: 'BLOCKED', attempt: 1, exitCode: 1 },
    reason: expect.stringContaining('coord allow shell'),
  });
});

describe('I4: what was recorded as the machine left', () => {
  test('S5 a message whose command began before is still sent', async () => {
    const world = await createFleet(2);
    const [machine, other] = world.machines;
    leaves(machine);
    for (let times = 0; times < 3; times += 1) await machine.cycle();
    expect(journalOf(machine).leaving).toMatchObject({ landed: true });
    const recordedAt = '2026-11-20T22:00:00.000Z';
    machine.disk.outbox.push({ id: 'late', recordedAt, kind: 'send', to: '2', body: 'Goodbye', priority: 'normal' });
    for (let times = 0; times < 3; times += 1) await machine.cycle();
    await other.cycle();
    expect(await world.text('messages/1_TO_2.md')).toContain('Goodbye');
    expect(journalOf(machine).leaving).toMatchObject({ landed: true });
  });
});
