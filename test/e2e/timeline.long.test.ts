// coord timeline in a small real fleet: what people, machines and runs did, told from another machine, without the network.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets, type Fleet, type TestMachine } from './fleet.ts';

afterEach(endFleets);

interface Told {
  readonly events: readonly (Record<string, unknown> & { readonly at: string; readonly kind: string })[];
  readonly machines: Record<string, string>;
  readonly more: boolean;
  readonly cut: boolean;
  readonly unreadable: number;
}

interface Story {
  readonly fleet: Fleet;
  readonly mac: TestMachine;
  readonly pc: TestMachine;
}

/** Orders by a person's commit and by the command line, runs that work and fail, messages of a machine and of a person. */
async function story(): Promise<Story> {
  const fleet = createFleet();
  const [mac, pc] = (await fleet.joined('mac', 'pc')) as [TestMachine, TestMachine];
  const hello = { id: 'hello', title: 'Say \u001b[31mhello\nto all', assign: 'pc', run: 'echo hello' };
  fleet.person().order([hello]);
  await pc.ok('sync', '--wait');
  await mac.ok('order', 'add', 'fails', '--for', '2', '--', 'sh', '-c', 'exit 3');
  await pc.ok('sync', '--wait');
  await mac.ok('order', 'remove', 'fails');
  await pc.ok('retry', 'hello');
  await pc.ok('sync', '--wait');
  await mac.ok('send', 'pc', 'hello there, \u001b[2Jpc');
  fleet.person().push({ 'coordination/messages/0_TO_1.md': '## Is the router up?\n\nThe green one.\n' });
  await pc.ok('sync');
  await mac.ok('sync');
  return { fleet, mac, pc };
}

const brief = (told: Told) =>
  told.events.map(({ kind, what, order, machine, state, by, to, generation, text }) => {
    const editor = by as { person?: string; machine?: number } | undefined;
    const who = editor === undefined ? machine : (editor.person ?? editor.machine);
    return [who, kind, what ?? state ?? to ?? '', order ?? (text as string | undefined)?.slice(0, 5) ?? '', generation ?? '']
      .join(' ')
      .trim();
  });

/** In the order of the story: git counts whole seconds, so what was quick may stand before what it followed. */
const STORY = [
  '1 machine joined',
  '2 machine joined',
  'A person order added hello',
  '2 started  hello 1',
  '2 ended COMPLETED hello 1',
  '1 order added fails',
  '2 started  fails 1',
  '2 ended FAILED fails 1',
  '1 order removed fails',
  '2 order retried hello',
  '2 started  hello 2',
  '2 ended COMPLETED hello 2',
  '1 message 2 hello',
  'A person message 1 Is th',
];
const inOrder = (lines: readonly string[]) => lines.toSorted((a, b) => STORY.indexOf(a) - STORY.indexOf(b));

test('the story of a fleet, the same on every machine, and nobody is asked for it', async () => {
  const { fleet, mac, pc } = await story();
  fleet.away(true);
  const trace = join(fleet.root, 'trace');
  const told = JSON.parse((await mac.coord(['timeline', '--json'], { env: { GIT_TRACE2_EVENT: trace } })).stdout) as Told;
  expect(told).toMatchObject({ machines: { 1: 'mac', 2: 'pc' }, more: false, cut: false, unreadable: 0 });
  expect(inOrder(brief(told))).toEqual(STORY);
  const times = told.events.map(({ at }) => Date.parse(at));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  const [failed] = told.events.filter(({ state }) => state === 'FAILED');
  expect(failed).toMatchObject({ exitCode: 3, attempt: 1, machine: 2, durationMs: expect.any(Number) });
  const gits = readFileSync(trace, 'utf8')
    .split('\n')
    .filter((line) => line.includes('"event":"cmd_name"'));
  // Where main's first commit comes into it, one more asks whether it is that (R3b).
  expect(gits.map((line) => (JSON.parse(line) as { name: string }).name).toSorted()).toEqual(['cat-file', 'log', 'log']);
  // Both saw the same commits; what each has not fetched yet is the other's last word at most.
  expect(inOrder(brief(JSON.parse(await pc.ok('timeline', '--json')) as Told))).toEqual(
    expect.arrayContaining(STORY.slice(0, 12)),
  );
});

test('on a terminal: one line an event, and nothing of what others wrote moves the cursor (M5)', async () => {
  const { mac } = await story();
  const lines = (await mac.ok('timeline')).trimEnd().split('\n');
  expect(lines).toHaveLength(14);
  for (const line of lines) {
    expect(line).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}\S/);
    expect(line).not.toMatch(/\p{Cc}/u);
  }
  const text = lines.join('\n');
  expect(text).toMatch(/ {2}A person +order hello added for pc “Say \\u\{1b\}\[31mhello to all”/);
  expect(text).toMatch(/ {2}via 1 mac +order fails added for 2$/m);
  expect(text).toMatch(/ {2}2 pc +fails failed, exit 3, \d+ s$/m);
  expect(text).toMatch(/ {2}via 2 pc +order hello retried/);
  expect(text).toMatch(/ {2}2 pc +hello \(generation 2\) finished, exit 0, \d+ s$/m);
  expect(text).toMatch(/ {2}1 mac +to 2 pc · #1: hello there, \\u\{1b\}\[2Jpc$/m);
  expect(text).toMatch(/ {2}A person +to 1 mac: Is the router up\? The green one\.$/m);
});

test('--order, --machine, --since and --limit; what cannot be meant is an error', async () => {
  const { mac } = await story();
  const told = async (...args: string[]) => brief(JSON.parse(await mac.ok('timeline', '--json', ...args)) as Told);
  expect(inOrder(await told('--order', 'fails'))).toEqual([
    '1 order added fails',
    '2 started  fails 1',
    '2 ended FAILED fails 1',
    '1 order removed fails',
  ]);
  const ofMac = await told('--machine', 'MAC');
  expect(ofMac).toEqual(await told('--machine', '1'));
  expect(inOrder(ofMac)).toEqual([
    '1 machine joined',
    '1 order added fails',
    '1 order removed fails',
    '1 message 2 hello',
    'A person message 1 Is th',
  ]);
  expect(await told('--limit', '2')).toEqual((await told()).slice(-2));
  expect(await told('--limit', '2', '--order', 'hello')).toEqual(['2 started  hello 2', '2 ended COMPLETED hello 2']);
  expect(JSON.parse(await mac.ok('timeline', '--json', '--limit', '2'))).toMatchObject({ more: true });
  expect(await told('--since', '1h')).toHaveLength(14);
  expect(await told('--since', '2026-01-01', '--order', 'hello')).toHaveLength(6);
  expect(await told('--since', '2999-01-01T00:00Z')).toEqual([]);
  expect(await mac.ok('timeline', '--since', '2999-01-01')).toContain('nothing of that kind');
  for (const [args, code, message] of [
    [['--since', 'yesterday'], 2, '--since: expected'],
    [['--since', '2026-02-31'], 2, '--since: expected'],
    [['--limit', '0'], 2, 'whole number'],
    [['--machine', 'nobody'], 1, 'no machine "nobody"'],
  ] as const)
    expect(await mac.coord(['timeline', ...args])).toMatchObject({ code, stderr: expect.stringContaining(message) });
});

test('runs that left the results are still told, in full; a fault that somebody pushed is, too', async () => {
  const fleet = createFleet();
  const [mac, pc] = (await fleet.joined('mac', 'pc')) as [TestMachine, TestMachine];
  const orders = [...Array(25)].map((_, at) => ({ id: `o${at}`, assign: 2, run: `echo ${at}` }));
  fleet.person().order(orders);
  await pc.ok('sync', '--wait');
  await pc.ok('sync');
  fleet.person().order('{ "orders": [ { "id": ');
  fleet.person().order(orders.slice(1));
  fleet.person().push({ 'coordination/ORDERS.json': null });
  await mac.ok('sync');
  expect(fleet.board(`history/2/${new Date().toISOString().slice(0, 7)}.m2.jsonl`).split('\n')).toHaveLength(5);
  const told = JSON.parse(await mac.ok('timeline', '--json', '--limit', '1000')) as Told;
  const ends = told.events.filter(({ kind }) => kind === 'ended');
  expect(ends.map(({ order }) => order).toSorted()).toEqual(orders.map(({ id }) => id).toSorted());
  for (const end of ends) expect(end.durationMs).toEqual(expect.any(Number));
  const edits = told.events.filter(({ kind }) => kind === 'order' || kind === 'fault').slice(25);
  expect(edits.map(({ kind, what, order, text }) => [kind, what ?? text, order])).toEqual([
    ['fault', expect.stringMatching(/^ORDERS\.json line 1/), undefined],
    ['order', 'removed', 'o0'],
    ['fault', 'there is no such file any more', undefined],
  ]);
});

test('before the first sync there is nothing to tell', async () => {
  const fleet = createFleet();
  const [mac] = (await fleet.joined('mac')) as [TestMachine];
  expect(await mac.coord(['timeline'], { cwd: fleet.root, env: { COORD_HOME: fleet.root } })).toMatchObject({ code: 3 });
  expect(await mac.ok('timeline')).toMatch(/ {2}1 mac +joined the fleet\n$/);
});
