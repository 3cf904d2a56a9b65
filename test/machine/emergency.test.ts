import { expect, test } from 'vitest';
import { byProgram } from '../../src/core/messages/program-address.ts';
import { lastWordOf } from '../../src/machine/membership/remove-machine.ts';
import { createFleet, type SimMachine, type World } from './world.ts';

let ids = 0;

async function send(world: World, from: SimMachine, to: string, body: string, priority: 'urgent' | 'high' = 'urgent') {
  const recordedAt = new Date(Date.parse('2026-11-20T22:00:00.000Z') + world.now() + ++ids).toISOString();
  await from.journal.record({ id: `send-${ids}`, recordedAt, kind: 'send', to, body, priority });
}

async function live(world: World, cycles: number, machines = world.machines): Promise<void> {
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    world.pass(1000);
    for (const machine of machines) await machine.cycle();
  }
}

const pair = async () => {
  const world = await createFleet(2);
  const [one, two] = world.machines;
  return { world, one, two };
};

test('M6 an urgent message makes an emergency of its sender: needs-you has it first, and work goes on', async () => {
  const { world, one, two } = await pair();
  world.orders([{ id: 'bad', assign: 1, run: 'true', approval: true }]);
  await send(world, two, '1', '\n  The disk\tis failing \nsda, 300 sectors');
  await live(world, 2);
  const { machines, needsYou } = await world.status();
  expect(machines['2']).toMatchObject({ state: 'EMERGENCY', emergency: 'The disk is failing' });
  expect(needsYou[0]).toMatchObject({
    machine: 2,
    why: expect.stringMatching(
      /^EMERGENCY since 2026-11-20 22:\d\d UTC: The disk is failing; .*coord emergency --over on that machine/,
    ),
  });
  expect(await world.text('COMPUTER_2.md')).toMatch(
    /state: EMERGENCY\n[\s\S]*\nemergency: The disk is failing\nemergency_since: /,
  );
  world.orders([{ id: 'work', assign: 2, run: 'true' }]);
  await live(world, 2);
  expect(two.runner.starts.map(({ order }) => order)).toEqual(['work']);
  expect((await world.status()).machines['2']?.state).toBe('EMERGENCY');
  expect(one.state().emergency).toBeNull();
  // Said, it is quiet again.
  const { push } = one.calls;
  await live(world, 3);
  expect(one.calls.push).toBe(push);
});

test('M6 only what is urgent; a new process, and a killed one, know it', async () => {
  const { world, two } = await pair();
  await send(world, two, '1', 'soon', 'high');
  await live(world, 1);
  expect(two.state().emergency).toBeNull();
  await send(world, two, '0', 'now');
  expect(await two.killedCycle((step) => step === 'mail-journaled')).toBe(true);
  two.restart();
  await live(world, 2);
  expect((await world.status()).machines['2']?.emergency).toBe('now');
});

test('M6 it is over by the word of people, in the log to that machine and after it', async () => {
  const { world, two } = await pair();
  world.person({ 'messages/0_TO_2.md': '## earlier · resolved\n' });
  await live(world, 1);
  await send(world, two, '1', 'fire');
  await live(world, 2);
  expect((await world.status()).machines['2']?.state).toBe('EMERGENCY');
  world.person({ 'messages/0_TO_ALL.md': '## resolved\n', 'messages/0_TO_1.md': '## resolved\n' });
  await live(world, 2);
  expect((await world.status()).machines['2']?.state).toBe('EMERGENCY');
  world.person({ 'messages/0_TO_2.md': '## earlier · resolved\n\n## The fire is out · Resolved\n' });
  await live(world, 2);
  const { machines, needsYou } = await world.status();
  expect(machines['2']).not.toHaveProperty('emergency');
  expect(machines['2']?.state).toBe('IDLE');
  expect(needsYou).toEqual([]);
  // Not twice: a new one stands though the old word is still there.
  await send(world, two, '1', 'fire again');
  await live(world, 2);
  expect((await world.status()).machines['2']?.emergency).toBe('fire again');
});

test('M6, M8 what a program here calls urgent is an emergency with the words of the program', async () => {
  const { world, two } = await pair();
  await send(world, two, 'ALL', byProgram(2, 'observatory', 'The dome is open\n\nin the rain'));
  await live(world, 2);
  expect((await world.status()).machines['2']?.emergency).toBe('2/observatory: The dome is open');
});

test('M6, P3 a paused machine says PAUSED, and its emergency beside it', async () => {
  const { world, two } = await pair();
  world.person({ 'fleet.yaml': 'paused: 2\n' });
  await send(world, two, '1', 'fire');
  await live(world, 2);
  const { machines, needsYou } = await world.status();
  expect(machines['2']).toMatchObject({ state: 'PAUSED', emergency: 'fire' });
  expect(needsYou[0]).toMatchObject({ machine: 2, why: expect.stringContaining('EMERGENCY') });
  const board = (await world.text('README.md'))?.replaceAll('\u00a0', ' ');
  expect(board).toContain('| ▲ EMERGENCY, PAUSED | [2 m2]');
  expect(await world.text('COMPUTER_2.md')).toContain('▲ EMERGENCY, PAUSED · 0 of 1');
});

test('M6, I2 a new folder of the machine takes the emergency over', async () => {
  const { world, two } = await pair();
  await send(world, two, '1', 'fire');
  await live(world, 2);
  const again = world.addMachine('again');
  await again.join(null, 2);
  await live(world, 2, [again]);
  expect(again.state().emergency?.what).toBe('fire');
  expect((await world.status()).machines['2']?.state).toBe('EMERGENCY');
});

test('M6, I4 a machine that has left has none, also where a person removed it', async () => {
  const { world, one, two } = await pair();
  await send(world, two, '1', 'fire');
  await live(world, 2);
  const { snapshot } = (await one.cycle()).seen ?? {};
  const view = snapshot?.machines.get(2);
  if (view === undefined) throw new Error('no machine 2');
  expect(view.document.emergency?.what).toBe('fire');
  const { document } = lastWordOf(view, { removedBy: 1, lostBeat: 0, nowIso: '2026-11-20T23:00:00.000Z' });
  expect(document).toMatchObject({ state: 'LEFT' });
  expect(document).not.toHaveProperty('emergency');
});

test('M6 one whose log is full makes the emergency too, once: ended, it stays so, also once there is room', async () => {
  const { world, one, two } = await pair();
  for (let at = 0; at < 18; at += 1) await send(world, two, '1', `${at} ${'x'.repeat(60_000)}`, 'high');
  await send(world, two, '1', 'fire');
  await live(world, 2, [two]);
  expect(two.disk.outbox).toHaveLength(2);
  expect((await world.status()).machines['2']?.emergency).toBe('fire');
  await two.journal.save({ ...two.state(), emergency: null });
  await live(world, 2, [two]);
  expect(two.state().emergency).toBeNull();
  await one.cycle();
  const recordedAt = '2026-11-20T22:00:00.000Z';
  await one.journal.record({ id: 'take', recordedAt, kind: 'take', taken: { 2: 17 } });
  await live(world, 3);
  expect(two.disk.outbox).toEqual([]);
  expect(two.state()).toMatchObject({ emergency: null });
  expect((await world.status()).machines['2']).not.toHaveProperty('emergency');
});
