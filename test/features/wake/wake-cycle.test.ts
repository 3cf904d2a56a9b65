// W1 to W4 with the real cycle: who sends a packet to a machine that sleeps, when, and when not.
import { expect, test } from 'vitest';
import type { Wakeable } from '../../../src/core/model/machines/waking.ts';
import { wakeByHand } from '../../../src/features/wake/operations/wake-by-hand.ts';
import { wakesOf } from '../../../src/features/wake/rules/wake-notes.ts';
import { recall } from '../../../src/machine/reading/fetch-snapshot.ts';
import { createFleet, machineAt, quiet, type SimMachine, type World } from '../../machine/world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const HOME = 'n1111.aaaa';
const OFFICE = 'n1111.bbbb';
const NAS = '02:00:00:00:00:03';

function allow(machine: SimMachine | undefined, network: string | null): void {
  if (machine === undefined) throw new Error('no such machine');
  const { wake: _, ...self } = machine.settings.self;
  const wake: Wakeable = { addresses: [`02:00:00:00:00:0${machine.number}`], networks: [network ?? ''] };
  machine.settings.self = network === null ? self : { ...self, wake };
}

/** Machines 1 to `count`; those that `networks` names allow waking there, and machine 3 falls asleep. */
async function fleetOf<const Networks extends readonly (string | null)[]>(networks: Networks) {
  const world = await createFleet(networks.length as Networks['length']);
  networks.forEach((network, at) => {
    allow(machineAt(world, at), network);
  });
  await quiet(world);
  const nas = machineAt(world, 2);
  const all: readonly SimMachine[] = world.machines;
  return { world, nas, awake: all.filter((it) => it !== nas) };
}

async function pass(world: World, machines: readonly SimMachine[], minutes: number, woken: string[] = []): Promise<string[]> {
  for (let minute = 0; minute < minutes; minute += 1) {
    world.pass(MINUTE_MS);
    for (const machine of machines) {
      const outcome = await machine.cycle();
      woken.push(...outcome.woken.map((it) => `${machine.number} woke ${it.machine} ${it.why}`));
    }
  }
  return woken;
}

const WORK = { id: 'backup', assign: 3, run: 'true', wake: true };
const packets = (machines: readonly SimMachine[]) => machines.map((machine) => machine.packets.length);

test('W1 what it takes to wake a machine is on the board while its owner allows it, and no longer', async () => {
  const { world, nas } = await fleetOf([null, null, HOME]);
  expect(await world.text('COMPUTER_3.md')).toContain(`wake: "${NAS}"\nnetworks: ${HOME}\n`);
  expect(await world.text('COMPUTER_1.md')).not.toContain('wake');
  const { push } = nas.calls;
  await nas.cycle();
  expect(nas.calls.push).toBe(push);
  allow(nas, null);
  await quiet(world);
  expect(await world.text('COMPUTER_3.md')).not.toMatch(/wake|networks/);
});

test('W1 a router that is not in view for a while is the one that was; another one is another network', async () => {
  const { world, nas } = await fleetOf([null, null, HOME]);
  allow(nas, 'n1111');
  expect((await nas.cycle()).push).toBeNull();
  allow(nas, OFFICE);
  await quiet(world);
  expect(await world.text('COMPUTER_3.md')).toContain(`networks: ${OFFICE}`);
});

test('W4 an order for a sleeper has it woken by the lowest in its network, hourly, until it is heard of', async () => {
  const { world, awake, nas } = await fleetOf([OFFICE, HOME, HOME, HOME]);
  world.orders([WORK]);
  expect(await pass(world, awake, 3)).toEqual([]);
  const woken = await pass(world, awake, 20);
  expect(woken).toEqual(['2 woke 3 for order backup']);
  expect(awake.map((machine) => machine.packets)).toEqual([[], [NAS], []]);
  expect(await world.text('COMPUTER_2.md')).toMatch(/woke_3: 2026-11-20T/);
  // Over restarts of the process and of the computer, too.
  for (const machine of awake) world.reboot(machine);
  await pass(world, awake, 35, woken);
  expect(woken).toHaveLength(1);
  await pass(world, awake, 60, woken);
  expect(packets(awake)).toEqual([0, 2, 0]);
  await pass(world, [...awake, nas], 2);
  expect(nas.runner.starts.map(({ order }) => order)).toEqual(['backup']);
  await pass(world, awake, 150);
  expect(packets(awake)).toEqual([0, 2, 0]);
  expect(await world.text('COMPUTER_2.md')).not.toContain('woke_3');
});

test.each([
  ['it lives', {}, [HOME, HOME, HOME], true],
  ['the order does not ask for it', { wake: false }, [HOME, HOME, HOME], false],
  ['it is cancelled', { cancelled: true }, [HOME, HOME, HOME], false],
  ['it waits for approval', { approval: true }, [HOME, HOME, HOME], false],
  ['it waits for another', { after: ['other'] }, [HOME, HOME, HOME], false],
  ['it is for all', { assign: 'all' }, [HOME, HOME, HOME], false],
  ['the machine has not allowed it', {}, [HOME, HOME, null], false],
  ['nobody who sends has allowed it', {}, [null, null, HOME], false],
  ['nobody lives in its network', {}, [OFFICE, OFFICE, HOME], false],
  ['another that may do it lives', { assign: 'any' }, [HOME, HOME, HOME], false],
] as const)('W4 no packet where %s', async (_, change, networks, isAwake) => {
  const { world, awake } = await fleetOf([...networks]);
  world.orders([
    { ...WORK, ...change },
    { id: 'other', assign: 3, run: 'true' },
  ]);
  expect(await pass(world, isAwake ? world.machines : awake, 15)).toEqual([]);
  expect(packets(awake)).toEqual([0, 0]);
});

test('W4 a shared order has the lowest machine woken that may do it, where none that may lives', async () => {
  const { world } = await fleetOf([HOME, HOME, HOME, HOME]);
  const [one, two, , four] = world.machines;
  one.settings.self = { ...one.settings.self, policy: { ...one.settings.self.policy, allow: [] } };
  await quiet(world);
  world.orders([{ ...WORK, assign: [4, 'm3'] }]);
  await pass(world, [one, two], 15);
  expect([one.packets, two.packets, four.packets]).toEqual([[NAS], [], []]);
});

test('W4 an approval that is given while it sleeps has it woken', async () => {
  const { world, awake } = await fleetOf([HOME, null, HOME]);
  world.orders([{ ...WORK, approval: true }]);
  await quiet(world);
  expect((await world.status()).orders.backup).toMatchObject({ state: 'BLOCKED' });
  await pass(world, awake, 15);
  expect(packets(awake)).toEqual([0, 0]);
  world.orders([{ ...WORK, approval: true, approved: true }]);
  await pass(world, awake, 2);
  expect(packets(awake)).toEqual([1, 0]);
});

test('W4 an occurrence that is due has its machine woken, and one that has run does not', async () => {
  const { world, awake, nas } = await fleetOf([HOME, null, HOME]);
  world.orders([{ ...WORK, schedule: '0 3 * * *' }]);
  await quiet(world);
  await pass(world, awake, 60);
  expect(packets(awake)).toEqual([0, 0]);
  // The world began at 22:00.
  world.pass(4 * HOUR_MS);
  await pass(world, awake, 5);
  expect(packets(awake)).toEqual([1, 0]);
  await pass(world, world.machines, 5);
  expect(nas.runner.starts).toHaveLength(1);
  await pass(world, awake, 120);
  expect(packets(awake)).toEqual([1, 0]);
});

test('W4 the next one sends where the first sleeps, too, and has not been missed yet', async () => {
  const { world, awake } = await fleetOf([HOME, HOME, HOME]);
  const [one, two] = world.machines;
  await pass(world, awake, 6);
  world.orders([WORK]);
  const woken = await pass(world, [two], 2);
  expect(woken).toEqual(['2 woke 3 for order backup']);
  expect(one.packets).toEqual([]);
});

/** What `coord wake` leaves in the journal of a machine that cannot do it itself. */
async function wish(world: World, machine: SimMachine, target: number): Promise<void> {
  const state = machine.state();
  const { wallMs, monotonicMs, boot } = machine.machine().clock.now();
  const said = new Date(wallMs).toISOString();
  const lane = state.observed[target]?.commit ?? null;
  const wishes = { [target]: { at: { wallMs, monotonicMs, boot }, lane, said } };
  await machine.journal.save({ ...state, wakes: { ...wakesOf(state), wishes } });
  await machine.cycle();
  expect(await world.text(`COMPUTER_${machine.number}.md`)).toContain(`wakes_${target}: ${said}\n`);
}

test('W3 a wish is fulfilled at once by the lowest in the network, once, and taken back after ten minutes', async () => {
  const { world, awake } = await fleetOf([null, HOME, HOME, HOME]);
  const [asker, two] = world.machines;
  await pass(world, awake, 5);
  await wish(world, asker, 3);
  expect((await two.cycle()).woken).toEqual([{ machine: 3, name: 'm3', why: 'asked for on 1 m1', problem: null }]);
  await pass(world, awake, 15);
  expect(packets(awake)).toEqual([0, 1, 0]);
  expect(asker.state().wakes?.wishes).toEqual({});
  expect(await world.text('COMPUTER_1.md')).not.toContain('wakes_3');
  // Another wish is another packet.
  await wish(world, asker, 3);
  await pass(world, awake, 2);
  expect(packets(awake)).toEqual([0, 2, 0]);
});

test('W3 where the first does not send in a heartbeat, the next one does; nobody does after ten minutes', async () => {
  const { world, awake } = await fleetOf([null, HOME, HOME, HOME]);
  const [asker, , , four] = world.machines;
  await pass(world, awake, 5);
  await wish(world, asker, 3);
  await four.cycle();
  expect(four.packets).toEqual([]);
  await pass(world, [asker, four], 3);
  expect(four.packets).toEqual([NAS]);
  // The asker dies with its wish: nobody takes it back.
  await wish(world, asker, 3);
  await four.cycle();
  world.pass(11 * MINUTE_MS);
  await pass(world, [four], 3);
  expect(four.packets).toEqual([NAS]);
});

test('W3 a wish for a machine that has spoken since is over', async () => {
  const { world, awake, nas } = await fleetOf([null, HOME, HOME]);
  const [asker, two] = world.machines;
  await pass(world, awake, 5);
  await wish(world, asker, 3);
  world.pass(MINUTE_MS);
  await nas.cycle();
  await asker.cycle();
  expect(asker.state().wakes?.wishes).toEqual({});
  // The lane says so with the next push; that it has spoken, everybody sees for himself.
  await pass(world, [two], 2);
  expect(two.packets).toEqual([]);
});

test('W4 a packet that could not be sent is said, tried again in a minute, and not told as sent', async () => {
  const { world, awake } = await fleetOf([HOME, HOME, HOME]);
  const [one] = world.machines;
  one.settings.cannotWake = 'no route to host';
  world.orders([WORK]);
  const tried: string[] = [];
  for (let minute = 0; minute < 15; minute += 1) {
    world.pass(MINUTE_MS);
    for (const machine of awake) for (const it of (await machine.cycle()).woken) tried.push(`${machine.number}: ${it.problem}`);
  }
  // Until it hears that the other has sent.
  expect(tried).toEqual(['1: no route to host', '1: no route to host', '2: null']);
  expect(packets(awake)).toEqual([0, 1]);
});

test('W3 a wish stands until a packet for it went out', async () => {
  const { world, awake } = await fleetOf([null, HOME, HOME]);
  const [asker, two] = world.machines;
  await pass(world, awake, 5);
  two.settings.cannotWake = 'no route to host';
  await wish(world, asker, 3);
  await pass(world, awake, 2);
  expect(two.packets).toEqual([]);
  two.settings.cannotWake = null;
  await pass(world, awake, 5);
  expect(two.packets).toEqual([NAS]);
});

test('W3 one wish is one packet, though its word stays and the machine goes back to sleep', async () => {
  const { world, awake, nas } = await fleetOf([null, HOME, HOME]);
  const [asker, two] = world.machines;
  await pass(world, awake, 5);
  await wish(world, asker, 3);
  await pass(world, awake, 1);
  expect(two.packets).toEqual([NAS]);
  await pass(world, [two, nas], 2);
  // As that of an asker that has nothing else to say: what it takes back rides on its next push.
  const [said] = Object.values(asker.state().wakes?.wishes ?? {});
  for (let minute = 0; minute < 30; minute += 1) {
    const state = asker.state();
    const at = asker.machine().clock.now();
    const wishes = { 3: { said: said?.said ?? '', at } };
    await asker.journal.save({ ...state, wakes: { ...wakesOf(state), wishes } });
    await pass(world, awake, 1);
  }
  expect(await world.text('COMPUTER_1.md', 'refs/coord/machines/1')).toContain(`wakes_3: ${said?.said}\n`);
  expect(asker.state().observed[3]?.at.monotonicMs).toBeLessThan(asker.machine().clock.now().monotonicMs - 20 * MINUTE_MS);
  expect(two.packets).toEqual([NAS]);
});

/** `coord wake` on this machine. */
const byHand = async (machine: SimMachine, target: number) => {
  const { waker, ...ports } = machine.machine();
  const snapshot = (await recall({ ...ports }, machine.state().board, machine.state()))?.snapshot;
  if (snapshot == null || waker === undefined) throw new Error('it never reached the remote');
  return wakeByHand(ports, waker, snapshot, machine.state(), target);
};

test('W2 whom nobody has missed for a lease, as after a restart, gets a packet where a person wants it', async () => {
  const { world, awake } = await fleetOf([HOME, null, HOME]);
  const [one] = world.machines;
  await pass(world, awake, 1);
  world.reboot(one);
  world.pass(HOUR_MS);
  await one.cycle();
  expect(await byHand(one, 3)).toMatchObject({ route: { mayBeAwake: true }, sentHere: true, asked: null });
  expect(one.packets).toEqual([NAS]);
});

test('W2 where no packet can be sent from here, another in the network is asked; with none, an error', async () => {
  const { world, awake } = await fleetOf([HOME, HOME, HOME]);
  const [one, two] = world.machines;
  await pass(world, awake, 10);
  one.settings.cannotWake = 'no route to host';
  expect(await byHand(one, 3)).toMatchObject({ sentHere: false, asked: 2, problem: 'no route to host' });
  await pass(world, awake, 2);
  expect(packets(awake)).toEqual([0, 1]);
  allow(two, null);
  await quiet(world);
  await expect(byHand(one, 3)).rejects.toThrow('no route to host');
});

test('W4 killed right before the packet: it counts as sent, and the next one comes an hour later', async () => {
  const { world, awake } = await fleetOf([HOME, null, HOME]);
  const [one] = world.machines;
  await pass(world, awake, 6);
  world.orders([WORK]);
  world.pass(MINUTE_MS);
  expect(await one.killedCycle((step) => step === 'wake-journaled')).toBe(true);
  await pass(world, awake, 58);
  expect(one.packets).toEqual([]);
  await pass(world, awake, 3);
  expect(one.packets).toEqual([NAS]);
});
