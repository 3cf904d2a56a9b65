// M8 through the real cycle in memory: from the ledger into a program's box exactly once, whatever dies, and what is left for people.
import { expect, test } from 'vitest';
import { toProgram } from '../../src/core/messages/program-address.ts';
import { isHanded } from '../../src/core/messages/program-cursor.ts';
import { readInbox } from '../../src/machine/reading/read-inbox.ts';
import { createFleet, quiet, type SimMachine, type World } from './world.ts';

let uuids = 0;

async function send(world: World, from: SimMachine, to: string, body: string, priority: 'normal' | 'urgent' = 'normal') {
  const recordedAt = new Date(Date.parse('2026-11-20T22:00:00.000Z') + world.now() + uuids).toISOString();
  await from.journal.record({ id: `send-${++uuids}`, recordedAt, kind: 'send', to, body, priority });
}

const toBuilder = (body: string) => toProgram('builder', 1, 'araya', body);
const boxOf = (machine: SimMachine) => (machine.programs.get('builder') ?? []).map(({ body }) => body);

async function pair(): Promise<{ world: World; one: SimMachine; two: SimMachine }> {
  const world = await createFleet(2);
  const [one, two] = world.machines;
  two.programs.set('builder', []);
  return { world, one, two };
}

/** What people at this machine have not read. */
async function unread(world: World, machine: SimMachine): Promise<string[]> {
  const { state, seen } = await machine.cycle();
  if (seen === null) return [];
  const inbox = await readInbox(world.eye, state, seen.snapshot);
  return inbox.filter((message) => !message.taken && !isHanded(state.handed, message)).map(({ body }) => body);
}

async function take(machine: SimMachine, taken: Readonly<Record<string, number>>): Promise<void> {
  await machine.journal.record({ id: `take-${++uuids}`, recordedAt: '2026-11-20T22:00:00.000Z', kind: 'take', taken });
  await machine.cycle();
}

const cursor = (machine: SimMachine, source: string) => machine.state().mail.cursors[source]?.taken ?? 0;

test('M8 a message for a program goes into its box, with its sender, and the sender sees it as read', async () => {
  const { world, one, two } = await pair();
  await send(world, one, '2', toBuilder('build it'));
  await one.cycle();
  expect(await unread(world, two)).toEqual([]);
  expect(two.programs.get('builder')).toMatchObject([
    { from: '1/araya', to: 'builder', body: 'build it', source: '1', number: 1, priority: 'normal' },
  ]);
  await quiet(world);
  expect((await world.status()).messages?.last.map(({ state }) => state)).toEqual(['read']);
  expect((await world.status()).summary.unread).toBe(0);
  expect(boxOf(two)).toEqual(['build it']);
});

test('M8 people write it by hand on the host; what they take out and write anew comes anew', async () => {
  const { world, two } = await pair();
  world.person({ 'messages/0_TO_2.md': '## @builder · high\n\nRebuild, please.\n\n## Hello\n\nto you\n' });
  expect(await unread(world, two)).toEqual(['Hello\n\nto you']);
  expect(two.programs.get('builder')).toMatchObject([{ from: '0', body: 'Rebuild, please.', priority: 'high' }]);
  await quiet(world);
  world.person({ 'messages/0_TO_2.md': '## Hello\n\nto you\n' });
  await two.cycle();
  world.person({ 'messages/0_TO_2.md': '@builder\nRebuild, please.\n' });
  await quiet(world);
  expect(boxOf(two)).toEqual(['Rebuild, please.', 'Rebuild, please.']);
});

test('M8 what is for an absent program stays in the inbox, also when one of that name comes later', async () => {
  const { world, one, two } = await pair();
  two.programs.delete('builder');
  await send(world, one, '2', toBuilder('anybody?'));
  await one.cycle();
  expect(await unread(world, two)).toEqual([toBuilder('anybody?')]);
  two.programs.set('builder', []);
  await send(world, one, '2', toBuilder('now'));
  await one.cycle();
  expect(await unread(world, two)).toEqual([toBuilder('anybody?')]);
  expect(boxOf(two)).toEqual(['now']);
});

test('M8, M2 the receipt is a cursor: it passes what is in a box once all before it was read', async () => {
  const { world, one, two } = await pair();
  await send(world, one, '2', toBuilder('first'));
  await send(world, one, '2', 'for people');
  await send(world, one, '2', toBuilder('second'));
  await one.cycle();
  expect(await unread(world, two)).toEqual(['for people']);
  expect(boxOf(two)).toEqual(['first', 'second']);
  expect(cursor(two, '1')).toBe(1);
  await quiet(world);
  expect((await world.status()).messages?.last.map(({ state }) => state)).toEqual(['delivered', 'delivered', 'read']);
  await take(two, { 1: 2 });
  expect(cursor(two, '1')).toBe(3);
  await quiet(world);
  expect(await unread(world, two)).toEqual([]);
  expect(boxOf(two)).toEqual(['first', 'second']);
});

test('M8 one to all machines reaches the program on each that has it, and is a message there else', async () => {
  const { world, one, two } = await pair();
  const three = world.addMachine('m3');
  await three.join();
  await quiet(world);
  await send(world, one, 'ALL', toBuilder('everywhere'));
  await one.cycle();
  expect(await unread(world, two)).toEqual([]);
  expect(await unread(world, three)).toEqual([toBuilder('everywhere')]);
  expect(two.programs.get('builder')).toMatchObject([{ source: '1_all', body: 'everywhere' }]);
});

test('M8 killed anywhere, offline, with a lost answer: in the box exactly once and in order', async () => {
  const { world, one, two } = await pair();
  const sent: string[] = [];
  const steps = ['loaded', 'observed', 'mail-journaled', 'boxes-filled', 'boxes-journaled', 'composed', 'performed'];
  for (const [index, step] of steps.entries()) {
    const body = `message ${index}`;
    sent.push(body);
    await send(world, one, '2', toBuilder(body));
    await one.cycle();
    expect(await two.killedCycle((name) => name === step), step).toBe(true);
    two.line.offline = index % 2 === 0;
    await two.cycle();
    two.line.offline = false;
    two.line.lose = 'answer';
    await two.cycle();
  }
  await quiet(world);
  expect(boxOf(two)).toEqual(sent);
  expect(cursor(two, '1')).toBe(sent.length);
});

test('M8, C3 with all handed over, and with one that people have to read, a cycle writes nothing', async () => {
  const { world, one, two } = await pair();
  await send(world, one, '2', toBuilder('build it'));
  await send(world, one, '2', 'for people');
  await one.cycle();
  await quiet(world);
  const { save, push } = two.calls;
  await two.cycle();
  expect([two.calls.save, two.calls.push]).toEqual([save, push]);
});

test('M8, M6 what is urgent for a program is no emergency of its sender', async () => {
  const { world, one, two } = await pair();
  await send(world, one, '2', toBuilder('now!'), 'urgent');
  await one.cycle();
  await quiet(world);
  expect(one.state().emergency).toBeNull();
  expect(two.programs.get('builder')).toMatchObject([{ priority: 'urgent' }]);
  await send(world, one, '2', 'the disk is failing', 'urgent');
  await one.cycle();
  expect(one.state().emergency).toMatchObject({ what: 'the disk is failing' });
});

test('M8, R3 while another folder writes as this machine nothing is handed over', async () => {
  const { world, one, two } = await pair();
  await send(world, one, '2', toBuilder('build it'));
  await one.cycle();
  if (two.disk.state === null) throw new Error('no journal');
  two.disk.state = { ...two.disk.state, pushed: [], accepted: null, tried: null };
  await two.cycle();
  expect(two.state().duplicate).not.toBeNull();
  expect(boxOf(two)).toEqual([]);
});
