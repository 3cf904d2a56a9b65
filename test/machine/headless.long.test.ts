// M4 over months: a machine whose inbox nobody reads stops no sender, and whoever reads it at last has everything once and in order.
import { expect, test } from 'vitest';
import type { InboxMessage } from '../../src/core/messages/mailbox.ts';
import { appendMessageHistory } from '../../src/documents/messages/message-history.ts';
import { ParseCache } from '../../src/machine/reading/parse-cache.ts';
import { readInbox } from '../../src/machine/reading/read-inbox.ts';
import type { Ledger } from '../../src/ports.ts';
import { createFleet, type SimMachine, type World } from './world.ts';

const DAY_MS = 86_400_000;
const DAYS = 60;
let ids = 0;

async function send(world: World, from: SimMachine, to: string, body: string): Promise<void> {
  const recordedAt = new Date(Date.parse('2026-11-20T22:00:00.000Z') + world.now() + ++ids).toISOString();
  await from.journal.record({
    id: `send-${ids}`,
    recordedAt,
    kind: 'send',
    to,
    body: `${body} ${'x'.repeat(8_000)}`,
    priority: 'normal',
  });
}

/** Its messages that are not taken, by source and number. */
const unreadOf = (inbox: readonly InboxMessage[]) =>
  inbox.filter(({ taken }) => !taken).map(({ source, body }) => `${source} ${body.split(' ')[0]}`);

async function takeAll(world: World, reader: SimMachine): Promise<string[]> {
  const { state, seen } = await reader.cycle();
  const inbox = seen === null ? [] : await readInbox(world.eye, state, seen.snapshot);
  const taken = Object.fromEntries(inbox.map(({ source, number }) => [source, number]));
  await reader.journal.record({ id: `take-${++ids}`, recordedAt: '2026-11-20T22:00:00.000Z', kind: 'take', taken });
  await reader.cycle();
  return unreadOf(inbox);
}

/** Of each day three messages to all, and two to the headless machine. */
const sentTo = (source: '1' | '1_all', from: number, to: number) => {
  const count = source === '1' ? 2 : 3;
  const days = [...Array(to - from)].map((_, at) => from + at);
  return days.flatMap((day) => [...Array(count)].map((_, at) => `${source} ${day}.${at}`));
};

/** `reads` and `sleeps`: who takes its inbox on a day, and who is away. */
async function live(world: World, from: number, to: number, reads: readonly SimMachine[], sleeps: readonly SimMachine[] = []) {
  const [one] = world.machines as [SimMachine];
  const read: string[] = [];
  for (let day = from; day < to; day += 1) {
    for (let at = 0; at < 3; at += 1) await send(world, one, 'ALL', `${day}.${at}`);
    for (let at = 0; at < 2; at += 1) await send(world, one, '2', `${day}.${at}`);
    for (let look = 0; look < 3; look += 1) {
      world.pass(DAY_MS / 3);
      for (const machine of world.machines) if (!sleeps.includes(machine)) await machine.cycle();
    }
    for (const reader of reads) read.push(...(await takeAll(world, reader)));
    expect(one.disk.outbox).toEqual([]);
  }
  return read;
}

test('M4 a headless machine never stops its senders, and who reads there at last has everything once', async () => {
  const world = await createFleet(3);
  const [, headless, three] = world.machines;
  // 1.4 MiB to all, and 0.9 MiB to one: more than their logs take.
  const first = await live(world, 0, 20, [three]);
  await live(world, 20, 40, [], [three]);
  const second = await live(world, 40, DAYS, [three]);
  expect([...first, ...second]).toEqual(sentTo('1_all', 0, DAYS));
  const all = [...sentTo('1', 0, DAYS), ...sentTo('1_all', 0, DAYS)];
  expect((await world.status()).summary.unread).toBe(all.length);
  expect((await world.text('messages/1_TO_ALL.md'))?.length).toBeLessThan(200_000);
  expect((await world.text('messages/1_TO_2.md'))?.length).toBeLessThan(600_000);
  expect(await takeAll(world, headless)).toEqual(all);
  expect(await takeAll(world, headless)).toEqual([]);
  await live(world, DAYS, DAYS + 1, []);
  expect(await takeAll(world, headless)).toEqual([...sentTo('1', DAYS, DAYS + 1), ...sentTo('1_all', DAYS, DAYS + 1)]);
});

test('M4 C4 who is behind reads no older part than it needs, and parses nothing anew at the next look', async () => {
  const world = await createFleet(2);
  const [, headless] = world.machines;
  await live(world, 0, DAYS, []);
  const { state, seen } = await headless.cycle();
  if (seen === null) throw new Error('nothing was seen');
  const { snapshot } = seen;
  const asked: string[] = [];
  const ledger: Ledger = Object.assign(Object.create(world.eye), {
    read: (wanted: Iterable<string>) => {
      asked.push(...wanted);
      return world.eye.read([...wanted]);
    },
  });
  const look = async (taken: number, cache = new ParseCache()) => {
    asked.length = 0;
    const { cursors } = state.mail;
    const at = (source: string) => ({ delivered: cursors[source]?.delivered ?? 0, taken });
    const mail = { ...state.mail, cursors: { ...cursors, '1': at('1'), '1_all': at('1_all') } };
    const inbox = await readInbox(ledger, { ...state, mail }, snapshot, cache);
    return { unread: unreadOf(inbox).length, parts: asked.length, cache };
  };
  const whole = await look(0);
  expect(whole).toMatchObject({ unread: 5 * DAYS });
  expect(whole.parts).toBeGreaterThan(3);
  expect(await look(0, whole.cache)).toMatchObject({ unread: 5 * DAYS, parts: 0 });
  const late = await look(2 * DAYS - 1);
  expect(late.unread).toBe(DAYS + 2);
  expect(late.parts).toBeLessThan(whole.parts);
});

test('M4 D12 C4 of a sender with many parts and a month that is gone, a look reads what is new', async () => {
  const world = await createFleet(2);
  const [one, headless] = world.machines;
  await send(world, one, '2', 'hello');
  await one.cycle();
  const { state, seen } = await headless.cycle();
  if (seen === null) throw new Error('nothing was seen');
  const monthOf = (number: number) => `${2010 + Math.floor(number / 12)}-${String((number % 12) + 1).padStart(2, '0')}`;
  const sent = (number: number, reader: string) =>
    ({ number, reader, at: `${monthOf(number)}-01T00:00:00.000Z`, priority: 'normal', body: `m${number}` }) as const;
  const textOf = (number: number) => [...appendMessageHistory(1, new Map(), [sent(number, '2'), sent(number, '3')]).values()][0];
  const asked: string[] = [];
  const ledger: Ledger = Object.assign(Object.create(world.eye), {
    read: (wanted: Iterable<string>) => {
      asked.push(...wanted);
      return new Map([...wanted].map((id) => [id, { kind: 'text', text: textOf(Number(id)) }]));
    },
  });
  const cache = new ParseCache();
  /** Of numbers from 1 to 200, the months of these stand in the history; the log holds the last one. */
  const look = async (from: number, to: number, taken: number) => {
    asked.length = 0;
    const parts = [...Array(to - from)].map((_, at): [string, string] => [
      `history/1/messages-${monthOf(from + at)}.m1.md`,
      `${from + at}`,
    ]);
    const { snapshot } = seen;
    const lane = snapshot.machines.get(1);
    if (lane === undefined) throw new Error('no lane');
    const machines = new Map(snapshot.machines).set(1, { ...lane, files: new Map(parts) });
    const mail = { ...snapshot.mail, machines: new Map([[1, new Map([['2', [sent(200, '2')]]])]]) };
    const cursors = { '1': { delivered: 200, taken } };
    const inbox = await readInbox(ledger, { ...state, mail: { ...state.mail, cursors } }, { ...snapshot, machines, mail }, cache);
    return { shown: inbox.map(({ number }) => number), read: asked.length };
  };
  const numbers = (from: number, to: number) => [...Array(to - from), 0].map((_, at) => (at === to - from ? 200 : from + at));
  expect(await look(10, 150, 0)).toEqual({ shown: numbers(10, 150), read: 140 });
  expect(await look(10, 150, 0)).toEqual({ shown: numbers(10, 150), read: 0 });
  // One more month is there, and one more is gone; what was read since is not shown.
  expect(await look(11, 151, 20)).toEqual({ shown: numbers(21, 151), read: 1 });
});
