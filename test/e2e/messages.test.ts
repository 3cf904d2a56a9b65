// Messages between real processes over a real hub (protocol section 6): each reaches its reader exactly once and in order (S5).
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { endFleets, type TestMachine } from './fleet.ts';
import { pair, take } from './messages-parts.ts';

afterEach(endFleets);

test('from mac to pc and back, with receipts (M1, M2)', async () => {
  const { fleet, mac, pc } = await pair();
  expect(await mac.ok('inbox')).toBe('no unread messages\n');
  expect(await mac.ok('send', 'pc', 'hello', 'there', '--priority', 'high')).toBe('sent message 1 to 2 pc\n');
  expect(fleet.board('messages/1_TO_2.md')).toMatch(/^# Messages from 1 to 2\n\n## 1 · 2\S+Z · high\nhello there/);
  const sent = async () => (await mac.json<{ state: string }[]>('sent')).map(({ state }) => state);
  expect(await sent()).toEqual(['sent']);

  expect(await pc.ok('sync')).toContain('1 new message: coord inbox');
  expect(await pc.ok('status')).toContain('1 unread message: coord inbox');
  expect(await pc.ok('inbox')).toMatch(/^1 unread message;.*\n\nfrom 1 mac · #1 · .* UTC · high\n {2}\| hello there\n/);
  // Another word of its own carries the receipt (F2).
  await pc.ok('send', '0', 'a word');
  await mac.ok('sync');
  expect(await sent()).toEqual(['delivered']);

  expect(await take(pc)).toEqual(['1: hello there']);
  expect(await take(pc)).toEqual([]);
  expect(await pc.ok('inbox', '--all')).toContain('| hello there');
  await mac.ok('sync');
  expect(await sent()).toEqual(['read']);
  expect(await mac.coord(['sent'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/2 pc +#1 +read/) });

  const back = await pc.coord(['send', '1', '-'], { input: 'two lines\n\nof text\n' });
  expect(back).toMatchObject({ code: 0, stdout: 'sent message 1 to 1 mac\n' });
  await mac.ok('sync');
  expect(await take(mac)).toEqual(['2: two lines\n\nof text']);
  expect(await pc.ok('sync')).toBe('nothing new\n');
});

test('what cannot be sent is an error before anything is recorded', async () => {
  const { mac } = await pair();
  for (const [args, code, message] of [
    [['send', '7', 'x'], 1, 'no machine "7"'],
    [['send', 'nobody', 'x'], 1, 'no machine of that name is in this fleet, and no program "nobody" is known'],
    [['send', '2', ' \n'], 2, 'the message is empty'],
    [['send', '2'], 2, 'the message is empty'],
    [['send', '2', 'x'.repeat(70_000)], 2, 'too long'],
    [['send', '2', 'x', '--priority', 'soon'], 2, 'priority'],
  ] as const) {
    expect(await mac.coord(args)).toMatchObject({ code, stderr: expect.stringContaining(message) });
  }
  const binary = await mac.coord(['send', '2', '-'], { input: new Uint8Array([0x66, 0xff, 0xfe]) });
  expect(binary).toMatchObject({ code: 2, stderr: expect.stringContaining('expected UTF-8') });
  expect(await mac.json('sent')).toEqual([]);
});

test('from a phone to machine 2, and its answer on the board (M3)', async () => {
  const { fleet, pc } = await pair();
  const phone = fleet.person('phone');
  phone.push({ 'coordination/messages/0_TO_2.md': '## Is the router up?\r\n\r\nThe green one.\r\n' });
  await pc.ok('sync');
  expect(await take(pc)).toEqual(['0: Is the router up?\n\nThe green one.']);
  expect(fleet.board('README.md')).toContain('2 pc has 1, read 1');
  await pc.ok('send', '0', 'It is, since 10:00.');
  expect(fleet.board('messages/2_TO_0.md')).toContain('It is, since 10:00.');
  expect(fleet.board('README.md')).toMatch(/## To you\n\n- \*\*2 pc\*\* · .*It is, since 10:00\./);
  expect(fleet.status().summary.unread).toBe(1);

  phone.push({ 'coordination/messages/0_TO_2.md': 'thanks\n\n## Is the router up?\n\nThe green one.\n' });
  await pc.ok('sync');
  expect(await take(pc)).toEqual(['0: thanks']);
  expect(fleet.board('README.md')).not.toContain('## To you');
});

test('to all; and a joiner begins at the end (M4)', async () => {
  const { fleet, mac, pc } = await pair();
  await mac.ok('send', 'all', 'first');
  fleet.person().push({ 'coordination/messages/0_TO_ALL.md': 'everybody stop' });
  const [box] = await fleet.calm('box');
  await mac.ok('send', 'ALL', 'second');
  for (const machine of [pc, box as TestMachine, mac]) await machine.ok('sync');
  expect(await take(pc)).toEqual(['0: everybody stop', '1: first', '1: second']);
  expect(await take(box as TestMachine)).toEqual(['1: second']);
  expect(await take(mac)).toEqual(['0: everybody stop']);
  await mac.ok('sync');
  expect((await mac.json<{ state: string }[]>('sent')).map(({ state }) => state)).toEqual(['read', 'read']);
});

test('offline: sent messages wait, and go out later in order; reading works too', async () => {
  const { fleet, mac, pc } = await pair();
  await pc.ok('send', '1', 'before');
  await mac.ok('sync');
  fleet.away(true);
  for (const body of ['a', 'b']) {
    expect(await mac.here(['send', '2', body])).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^recorded message \d to 2 pc/),
      stderr: expect.stringContaining('not pushed yet'),
    });
  }
  expect((await mac.json<{ state: string }[]>('sent')).map(({ state }) => state)).toEqual(['waiting', 'waiting']);
  const offline = await mac.coord(['inbox', '--take', '--json']);
  expect(offline).toMatchObject({ code: 0, stderr: expect.stringContaining('the senders are told with the next coord sync') });
  expect(JSON.parse(offline.stdout)).toHaveLength(1);
  expect(await take(mac)).toEqual([]);
  fleet.away(false);
  await mac.ok('sync');
  await pc.ok('sync');
  expect(await take(pc)).toEqual(['1: a', '1: b']);
  expect((await pc.json<{ state: string }[]>('sent')).map(({ state }) => state)).toEqual(['read']);
});

test('M4.1, C6 12,000 emoji are sent; what is saved and cannot be sent is said, with the cause', async () => {
  const { fleet, mac, pc } = await pair();
  const emoji = '🙂'.repeat(12_000);
  await mac.ok('send', '2', emoji);
  await pc.ok('sync');
  expect(await take(pc)).toEqual([`1: ${emoji}`]);

  const messages = join(mac.folder, 'coordination', 'messages');
  writeFileSync(join(messages, '1_TO_0.md'), 'x'.repeat(70_000));
  writeFileSync(join(messages, '1_TO_9.md'), 'Is anybody there?\n');
  appendFileSync(join(messages, '1_TO_2.md'), `\n## Long\n\n${'x'.repeat(70_000)}\n`);
  await mac.ok('sync');
  const { sync } = await mac.json<{ sync: { notTaken: unknown } }>('status');
  const isTooLong = 'the message is too long: expected at most 64 KiB, found 69 KiB';
  expect(sync.notTaken).toEqual(
    expect.arrayContaining([
      { path: 'messages/1_TO_0.md', why: isTooLong },
      { path: 'messages/1_TO_2.md', why: isTooLong },
      { path: 'messages/1_TO_9.md', why: 'no machine "9" in this fleet' },
    ]),
  );
  expect(fleet.git('ls-tree', '-r', '--name-only', 'main')).not.toContain('1_TO_0.md');
});
