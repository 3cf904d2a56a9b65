// Numbers of messages, and receipts, that somebody else wrote as high as they can be: what a machine really says after that is read.
import { expect, test } from 'vitest';
import { adoptLane } from '../../src/machine/membership/adopt.ts';
import { readInbox } from '../../src/machine/reading/read-inbox.ts';
import { machineAt as at, createFleet, quiet, type SimMachine, type World } from '../machine/world.ts';

const LANE_2 = 'refs/coord/machines/2';
const TIME = '2026-11-20T22:00:00.000Z';
const HIGHEST = { message: 999_999_999_999_999, receipt: Number.MAX_SAFE_INTEGER };
let intentions = 0;

async function say(from: SimMachine, to: string, body: string): Promise<void> {
  await from.journal.record({ id: `send-${++intentions}`, recordedAt: TIME, kind: 'send', to, body, priority: 'normal' });
  await from.cycle();
}

/** What is new to its people, who read it. */
async function readAll(world: World, reader: SimMachine): Promise<string[]> {
  const { state, seen } = await reader.cycle();
  const all = seen === null ? [] : await readInbox(world.eye, state, seen.snapshot);
  const unread = all.filter(({ taken }) => !taken);
  const taken = Object.fromEntries(unread.map(({ source, number }) => [source, number]));
  await reader.journal.record({ id: `take-${++intentions}`, recordedAt: TIME, kind: 'take', taken });
  await reader.cycle();
  return unread.map(({ body }) => body);
}

async function forgeLane(world: World, files: Readonly<Record<string, string>>): Promise<void> {
  world.hub.setRef('refs/heads/forged', world.hub.refs.get(LANE_2) ?? null);
  const paths = Object.entries(files).map(([path, text]) => [`coordination/${path}`, text]);
  world.hub.setRef(LANE_2, world.hub.commitAsPerson(Object.fromEntries(paths), 'forged'));
  await at(world, 1).cycle();
  await adoptLane(at(world, 1).machine());
  await quiet(world);
}

/** On the board, above its own word (D2): it says one more. */
async function forgeCopy(world: World, files: Readonly<Record<string, string>>): Promise<void> {
  const document = files['COMPUTER_2.md'] ?? (await world.text('COMPUTER_2.md')) ?? '';
  const seq = Number(/^seq: (\d+)$/m.exec(document)?.[1]) + 1;
  world.person({ ...files, 'COMPUTER_2.md': document.replace(/^seq: .*$/m, `seq: ${seq}`) });
  await at(world, 0).cycle();
  await quiet(world);
}

const log = (number: number, head = '##') => `# Messages from 2 to 1\n\n${head} ${number} · ${TIME} · normal\nforged\n`;
const receipts = async (world: World) => {
  const own = (await world.text('COMPUTER_2.md')) ?? '';
  const lines = ['delivered_1', 'taken_1', 'people_read'].map((key) => `${key}: ${HIGHEST.receipt}\n`);
  const unsaid = own.replaceAll(/^(delivered_1|taken_1|people_read): .*\n/gm, '');
  return { 'COMPUTER_2.md': unsaid.replace(/^heartbeat:/m, `${lines.join('')}heartbeat:`) };
};

const FORGED: readonly [string, (world: World) => Promise<Readonly<Record<string, string>>>][] = [
  ['a message with the highest number', async () => ({ 'messages/2_TO_1.md': log(HIGHEST.message) })],
  ['a page of history', async () => ({ 'history/2/messages-2026-11.md': log(HIGHEST.message, '## to 1 ·') })],
  ['receipts for what was never sent', receipts],
];

test.each(
  FORGED.flatMap(([what, files]) => [
    { what, files, where: 'its lane', forge: forgeLane },
    { what, files, where: 'the board', forge: forgeCopy },
  ]),
)('M1, S5 $what, on $where: what is sent after it, to and fro, is read', async ({ files, forge }) => {
  const world = await createFleet(2);
  const [one, two] = world.machines;
  await say(two, '1', 'first');
  await say(one, '2', 'first');
  await quiet(world);
  await forge(world, await files(world));
  await readAll(world, one);
  await readAll(world, two);
  await quiet(world);
  for (const body of ['second', 'third']) {
    await say(two, '1', body);
    expect(await readAll(world, one)).toEqual([body]);
    await say(one, '2', body);
    expect(await readAll(world, two)).toEqual([body]);
  }
});

test('M1 a log whose last number is used up: what is sent waits in the outbox and is not lost', async () => {
  const world = await createFleet(2);
  const [, two] = world.machines;
  await forgeLane(world, { 'messages/2_TO_1.md': log(1e12) });
  await say(two, '1', 'waits');
  expect(two.disk.outbox).toHaveLength(1);
});
