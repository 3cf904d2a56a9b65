// Messages through the real cycle in memory: exactly once and in order, whatever dies and whatever answer is lost (S5).
import { describe, expect, test } from 'vitest';
import type { InboxMessage } from '../../src/core/messages/mailbox.ts';
import { parseMessageHistory } from '../../src/documents/messages/message-history.ts';
import { readInbox } from '../../src/machine/reading/read-inbox.ts';
import { machineAt as at, createFleet, NEW_FLEET, quiet, type SimMachine, type World } from './world.ts';

let uuids = 0;

async function send(world: World, from: SimMachine, to: string, body: string): Promise<void> {
  const recordedAt = new Date(Date.parse('2026-11-20T22:00:00.000Z') + world.now() + uuids).toISOString();
  await from.journal.record({ id: `send-${++uuids}`, recordedAt, kind: 'send', to, body, priority: 'normal' });
}

/** What this machine shows after a cycle. */
async function inbox(world: World, machine: SimMachine): Promise<readonly InboxMessage[]> {
  const { state, seen } = await machine.cycle();
  if (seen === null) return [];
  return readInbox(world.eye, state, seen.snapshot);
}

/** Shows what is unread, and marks it as read as `coord inbox --take` does. */
async function takeAll(world: World, machine: SimMachine): Promise<string[]> {
  const unread = (await inbox(world, machine)).filter((message) => !message.taken);
  const taken: Record<string, number> = {};
  for (const { source, number } of unread) taken[source] = Math.max(taken[source] ?? 0, number);
  await machine.journal.record({ id: `take-${++uuids}`, recordedAt: '2026-11-20T22:00:00.000Z', kind: 'take', taken });
  await machine.cycle();
  return unread.map(({ from, body }) => `${from}: ${body}`);
}

async function pair(count = 2): Promise<{ world: World; one: SimMachine; two: SimMachine }> {
  const world = await createFleet(count);
  return { world, one: at(world, 0), two: at(world, 1) };
}

test('from one machine to another and back, with receipts', async () => {
  const { world, one, two } = await pair();
  await send(world, one, '2', 'hello');
  await one.cycle();
  expect(await world.text('messages/1_TO_2.md')).toContain('hello');
  expect(await takeAll(world, two)).toEqual(['1: hello']);
  expect(await takeAll(world, two)).toEqual([]);
  expect((await world.status()).summary.unread).toBe(0);
  await send(world, two, '1', 'hello yourself');
  await two.cycle();
  expect(await takeAll(world, one)).toEqual(['2: hello yourself']);
  expect((await world.status()).messages?.last.map(({ text, state }) => [text, state])).toEqual([
    ['hello yourself', 'read'],
    ['hello', 'read'],
  ]);
});

test('M2, F2: that it was delivered makes no push and rides on the next one; that it was read does', async () => {
  const { world, one, two } = await pair();
  await send(world, one, '2', 'hello');
  await one.cycle();
  await quiet(world);
  const before = two.calls.push;
  expect((await two.cycle()).push).toBeNull();
  expect(two.calls.push).toBe(before);
  expect(await world.text('COMPUTER_2.md')).not.toContain('delivered_1');
  await send(world, two, '0', 'a word of my own');
  await two.cycle();
  expect(await world.text('COMPUTER_2.md')).toContain('delivered_1: 1');
  await takeAll(world, two);
  expect(two.calls.push).toBe(before + 2);
  expect(await world.text('COMPUTER_2.md')).toContain('taken_1: 1');
});

test('C3: once all is said and read, nobody writes or pushes', async () => {
  const { world, one, two } = await pair();
  world.person({ 'messages/0_TO_2.md': 'hello', 'messages/0_TO_ALL.md': 'hello all' });
  await send(world, one, 'ALL', 'hello');
  await send(world, two, '0', 'hello');
  await quiet(world);
  await takeAll(world, two);
  await takeAll(world, one);
  await quiet(world);
  for (const machine of [one, two]) {
    const { save, write, push } = machine.calls;
    await machine.cycle();
    expect(machine.calls).toMatchObject({ save, write, push });
  }
});

describe('S5: killed anywhere', () => {
  async function busy() {
    const { world, one, two } = await pair();
    await send(world, one, '2', 'a');
    await send(world, one, '2', 'b');
    await send(world, one, 'ALL', 'c');
    return { world, one, two };
  }
  async function stepsOf(
    act: (world: World, machines: readonly [SimMachine, SimMachine]) => Promise<SimMachine>,
  ): Promise<string[]> {
    const { world, one, two } = await busy();
    const machine = await act(world, [one, two]);
    world.steps.length = 0;
    await machine.cycle();
    return world.steps.map((step) => step.split(' ')[1] ?? '');
  }
  const sends = async (_world: World, [one]: readonly [SimMachine, SimMachine]) => one;
  const takes = async (_world: World, [one, reader]: readonly [SimMachine, SimMachine]) => {
    await one.cycle();
    await reader.cycle();
    await reader.journal.record({ id: 'take', recordedAt: '2026-11-20T22:00:00.000Z', kind: 'take', taken: { '1': 1 } });
    return reader;
  };

  test('the cycles come by the steps of messages', async () => {
    expect(await stepsOf(sends)).toEqual(expect.arrayContaining(['mail-journaled', 'mail-settled', 'pushed']));
    expect(await stepsOf(takes)).toEqual(expect.arrayContaining(['mail-journaled', 'mail-settled', 'pushed']));
  });

  test.each([...Array(13).keys()])('the sender, at its step %i', async (count) => {
    const { world, one, two } = await busy();
    let passed = 0;
    await one.killedCycle(() => passed++ === count);
    const first = await takeAll(world, two);
    await one.cycle();
    expect([...first, ...(await takeAll(world, two))]).toEqual(['1: a', '1: b', '1: c']);
    await quiet(world);
    expect(await takeAll(world, two)).toEqual([]);
    expect(one.disk.outbox).toEqual([]);
    expect(one.state().mail.sent['2']?.messages.map(({ number }) => number)).toEqual([1, 2]);
  });

  test.each([...Array(13).keys()])('the reader, at its step %i', async (count) => {
    const { world, one, two } = await busy();
    const reader = await takes(world, [one, two]);
    let passed = 0;
    await reader.killedCycle(() => passed++ === count);
    expect(await takeAll(world, reader)).toEqual(['1: b', '1: c']);
    await quiet(world);
    expect(await world.text('COMPUTER_2.md')).toContain('taken_1: 2');
    expect(reader.disk.outbox).toEqual([]);
  });

  test.each(['request', 'answer'] as const)('a push whose %s is lost', async (lose) => {
    const { world, one, two } = await busy();
    one.line.lose = lose;
    await one.cycle();
    const first = await takeAll(world, two);
    await one.cycle();
    expect([...first, ...(await takeAll(world, two))]).toEqual(['1: a', '1: b', '1: c']);
    two.line.lose = lose;
    await send(world, one, '2', 'd');
    await one.cycle();
    expect(await takeAll(world, two)).toEqual(['1: d']);
    expect(await takeAll(world, two)).toEqual([]);
  });
});

test('offline, a message is numbered, waits in the journal and goes out later, in order', async () => {
  const { world, one, two } = await pair();
  one.line.offline = true;
  await send(world, one, '2', 'a');
  await one.cycle();
  await send(world, one, '2', 'b');
  await one.cycle();
  one.line.offline = false;
  await send(world, one, '2', 'c');
  await one.cycle();
  expect(await takeAll(world, two)).toEqual(['1: a', '1: b', '1: c']);
});

test('D2: a lane that is gone is read from main, and nothing is repeated', async () => {
  const { world, one, two } = await pair();
  await send(world, one, '2', 'a');
  await one.cycle();
  expect(await takeAll(world, two)).toEqual(['1: a']);
  (world.hub.refs as Map<string, string>).delete('refs/coord/machines/1');
  expect(await takeAll(world, two)).toEqual([]);
  await send(world, one, '2', 'b');
  await one.cycle();
  expect(await takeAll(world, two)).toEqual(['1: b']);
});

test('D1: what somebody else writes into a log on main is overwritten', async () => {
  const { world, one, two } = await pair();
  await send(world, one, '2', 'a');
  await one.cycle();
  world.person({ 'messages/1_TO_2.md': '# Messages from 1 to 2\n\n## 9 · 2026-11-20T22:00:00.000Z · urgent\nobey me\n' });
  expect(await takeAll(world, two)).toEqual(['1: a']);
  await quiet(world);
  expect(await world.text('messages/1_TO_2.md')).not.toContain('obey me');
});

test('M3: people write on the host, a machine answers; its answer is on the board until they write again', async () => {
  const { world, two } = await pair();
  world.person({ 'messages/0_TO_2.md': '## Router\n\nIs it up?\n' });
  expect(await takeAll(world, two)).toEqual(['0: Router\n\nIs it up?']);
  await send(world, two, '0', 'It is | up');
  await two.cycle();
  expect(await world.text('messages/2_TO_0.md')).toContain('It is | up');
  const readme = await world.text('README.md');
  expect(readme).toContain('## To you');
  expect(readme).toContain('It is \\| up');
  expect((await world.status()).summary.unread).toBe(1);
  world.person({ 'messages/0_TO_2.md': '## Router\n\nIs it up?\n\n## Thanks\n' });
  expect(await takeAll(world, two)).toEqual(['0: Thanks']);
  expect(await world.text('README.md')).not.toContain('## To you');
  expect((await world.status()).summary.unread).toBe(0);
});

test('M4: a joiner begins at the end of the logs to all', async () => {
  const { world, one } = await pair();
  await send(world, one, 'ALL', 'before');
  world.person({ 'messages/0_TO_ALL.md': '## before' });
  await quiet(world);
  const three = world.addMachine('m3');
  await three.join(NEW_FLEET);
  await send(world, one, 'ALL', 'after');
  await one.cycle();
  world.person({ 'messages/0_TO_ALL.md': '## before\n## after' });
  expect(await takeAll(world, three)).toEqual(['0: after', '1: after']);
});

describe('M4: rotation', () => {
  const bodies = (count: number) => [...Array(count)].map((_, index) => `${index + 1} ${'x'.repeat(2000)}`);
  const numbers = (text: string | null) => [...(text ?? '').matchAll(/^## (?:to \S+ · )?(\d+) · /gm)].map((it) => Number(it[1]));

  test('what was read beyond the last 20 moves to the history, and none is lost', async () => {
    const { world, one, two } = await pair();
    for (const body of bodies(60)) await send(world, one, '2', body);
    await one.cycle();
    expect(await takeAll(world, two)).toHaveLength(60);
    await send(world, one, '2', 'new');
    await one.cycle();
    await quiet(world);
    expect(numbers(await world.text('messages/1_TO_2.md'))).toEqual([...Array(21)].map((_, index) => 41 + index));
    expect(numbers(await world.text('history/1/messages-2026-11.m1.md'))).toEqual([...Array(40)].map((_, index) => 1 + index));
    expect(one.state().mail.moved).toEqual([]);
    expect(await takeAll(world, two)).toEqual(['1: new']);
  });

  test.each([
    ...Array(14).keys(),
  ])('killed at step %i of the cycle that moves them, none is lost or written twice', async (count) => {
    const { world, one, two } = await pair();
    for (const body of bodies(60)) await send(world, one, '2', body);
    await one.cycle();
    await takeAll(world, two);
    await send(world, one, '2', 'new');
    let passed = 0;
    await one.killedCycle(() => passed++ === count);
    one.line.lose = 'answer';
    await one.cycle();
    await quiet(world);
    const all = [
      ...numbers(await world.text('history/1/messages-2026-11.m1.md')),
      ...numbers(await world.text('messages/1_TO_2.md')),
    ];
    expect(all).toEqual([...Array(61)].map((_, index) => 1 + index));
  });

  test('S5 what the outbox holds stays in the log, however often the process dies before it is taken out', async () => {
    const { world, one } = await pair();
    // A log to people waits for nobody: both do not fit beside each other in what stays.
    for (const body of ['first', 'second']) await send(world, one, '0', `${body} ${'x'.repeat(40_000)}`);
    for (let times = 0; times < 2; times += 1)
      expect(await one.killedCycle((step) => step.endsWith('mail-journaled') || step.endsWith('mail-settled'))).toBe(true);
    await quiet(world);
    const all = [
      ...numbers(await world.text('history/1/messages-2026-11.m1.md')),
      ...numbers(await world.text('messages/1_TO_0.md')),
    ];
    expect(all).toEqual([1, 2]);
  });

  test('unread ones stay up to 1 MiB; then they wait in the outbox, and go out once there is room', async () => {
    const { world, one, two } = await pair();
    for (let index = 1; index <= 25; index += 1) await send(world, one, '2', `${index} ${'x'.repeat(60_000)}`);
    await one.cycle();
    expect(one.disk.outbox).toHaveLength(8);
    expect(await takeAll(world, two)).toHaveLength(17);
    await one.cycle();
    expect(one.disk.outbox).toHaveLength(0);
    const rest = await takeAll(world, two);
    expect(rest.map((it) => Number(it.split(' ')[1]))).toEqual([18, 19, 20, 21, 22, 23, 24, 25]);
  });

  test('a log to all waits for no lost machine, and that machine reads from the history what it missed', async () => {
    const { world, one, two } = await pair(3);
    const three = at(world, 2);
    for (const body of bodies(40)) await send(world, one, 'ALL', body);
    await one.cycle();
    await takeAll(world, two);
    three.line.offline = true;
    for (let minute = 0; minute < 60; minute += 1) {
      world.pass(60_000);
      await one.cycle();
      await two.cycle();
    }
    await send(world, one, 'ALL', 'new');
    await one.cycle();
    await one.cycle();
    expect(numbers(await world.text('messages/1_TO_ALL.md')).length).toBeLessThan(25);
    expect(parseMessageHistory((await world.text('history/1/messages-2026-11.m1.md')) ?? '')).not.toEqual([]);
    three.line.offline = false;
    const read = await takeAll(world, three);
    expect(read.map((it) => it.split(' ')[1])).toEqual([...[...Array(40)].map((_, index) => `${index + 1}`), 'new']);
    expect(await takeAll(world, three)).toEqual([]);
  });
});
