// T5.2: what whoever has the push token writes in the name of a machine is not acted on, and not shown as that machine's word.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { endFleets, type TestMachine } from '../../../e2e/fleet.ts';
import { entriesOf, type SignedFleet, signaturesOf, signedFleet } from '../signed-fleet.ts';

afterEach(endFleets);

const ALERTS = (machine: TestMachine) => join(machine.coordHome, 'alerts.yaml');
const alertsOf = (machine: TestMachine) =>
  (JSON.parse(readFileSync(join(machine.folder, '.coord', 'alerts.json'), 'utf8')) as { alerts: { what: string; ended: null }[] })
    .alerts;

function tellsBy(machine: TestMachine): void {
  mkdirSync(machine.coordHome, { recursive: true });
  writeFileSync(ALERTS(machine), 'alerts:\n  - { name: all, command: ["true"] }\n', { mode: 0o600 });
}

/** The lane of machine 2 with these documents, and more in its page, as nobody signed it. */
function writeInto({ fleet, thief }: SignedFleet, files: Readonly<Record<string, string>>, ...lines: readonly string[]): void {
  const page = fleet.git('show', 'refs/coord/machines/2:coordination/COMPUTER_2.md');
  const all = { ...files, 'COMPUTER_2.md': page.replace(/^machine: 2$/m, ['machine: 2', ...lines].join('\n')) };
  const named = Object.fromEntries(Object.entries(all).map(([path, text]) => [`coordination/${path}`, text]));
  thief.putLane(2, thief.forged(thief.lane(2), { files: named }));
}

test('T5.2 a made up emergency, loss, message and failure alert nobody, and end no alert', async () => {
  const signed = await signedFleet();
  const { fleet, mac, pc } = signed;
  tellsBy(mac);
  await mac.ok('order', 'add', 'real', '--for', '2', 'exit 3');
  await pc.ok('sync', '--wait');
  await mac.ok('sync');
  expect(alertsOf(mac).map(({ what }) => what)).toEqual([expect.stringContaining('exit code 3')]);
  await mac.ok('order', 'add', 'mine', '--for', '1', '--approval', 'true');
  const before = alertsOf(mac);
  const at = new Date().toISOString();
  writeInto(
    signed,
    {
      'results/2.json': '{ "machine": 2, "running": [], "waiting": [], "ended": [], "older": [], "before": [] }\n',
      'messages/2_TO_0.md': `## 1 · ${at} · urgent\n\nPay now\n`,
    },
    ...[
      'emergency: fire',
      `emergency_since: ${at}`,
      'lost_1: 9000',
      'program_x: CRASHED · given up · since 2026-11-20T22:00:00.000Z',
    ],
  );
  await mac.ok('sync');
  expect(alertsOf(mac)).toEqual(before);
  const status = await mac.json<{ machines: Record<string, { emergency?: string; doubted?: string }> }>('status');
  expect(status.machines[2]?.emergency).toBeUndefined();
  expect([status.machines[1]?.doubted, status.machines[2]?.doubted]).toEqual([undefined, expect.stringContaining('not signed')]);
  expect(await mac.ok('status')).toContain('not believed: its lane is not signed with its key');
  expect(fleet.status().orders.real).toBeDefined();
});

test('T5.2 what somebody wrote as a machine is left out of lists, and that is said', async () => {
  const signed = await signedFleet();
  const { mac, pc } = signed;
  await pc.ok('handoff', 'honest words', '--project', 'app');
  await pc.ok('send', '1', 'honest message');
  await mac.ok('sync');
  const lists = [['handoffs'], ['search', 'words'], ['timeline', '--machine', '2'], ['inbox', '--all']];
  const said = async () => {
    const all = await Promise.all(lists.map((list) => mac.coord(list)));
    return all.map(({ stdout, stderr }) => ({ stdout, stderr }));
  };
  expect((await said()).map(({ stdout }) => /honest/.test(stdout))).toEqual([true, true, true, true]);
  const { fleet } = signed;
  const old = (path: string) => fleet.git('show', `refs/coord/machines/2:coordination/${path}`);
  writeInto(signed, {
    'handoffs/2.md': old('handoffs/2.md').replace('honest', 'evil'),
    'messages/2_TO_1.md': `${old('messages/2_TO_1.md')}\n## 2 · ${new Date().toISOString()} · normal\n\nevil words\n`,
  });
  await mac.ok('sync');
  const now = await said();
  for (const { stdout } of now) expect(stdout).not.toContain('evil');
  for (const { stderr } of now.slice(0, 3)) expect(stderr).toContain('what 2 pc says is left out');
  await pc.ok('sync');
  await mac.ok('sync');
  expect((await said()).map(({ stdout }) => /honest/.test(stdout))).toEqual([true, true, true, true]);
});

test('T5.6 documents of a machine that is none are left out of lists', async () => {
  const signed = await signedFleet();
  const { fleet, mac, pc } = signed;
  await pc.ok('handoff', 'evil words', '--project', 'app');
  await mac.ok('sync');
  const at = new Date().toISOString();
  const ran = { order: 'job', generation: 1, attempt: 1, startedAt: at, finishedAt: at, state: 'COMPLETED', exitCode: 0 };
  const artifacts = [{ name: 'evil', size: 1, sha256: 'a'.repeat(64), at: 'https://evil.example/words' }];
  const ended = [{ ...ran, reason: null, tail: 'evil words', outputs: {}, artifacts }];
  const files = {
    'handoffs/7.md': fleet.board('handoffs/2.md').replaceAll('2 · pc', '7 · pc'),
    'results/7.json': JSON.stringify({ machine: 7, running: [], waiting: [], ended, older: [], before: [] }),
    'messages/7_TO_1.md': `## 1 · ${at} · normal\n\nevil words\n`,
    'handoffs/2.md': null,
  };
  fleet.person('forger').push(Object.fromEntries(Object.entries(files).map(([path, text]) => [`coordination/${path}`, text])));
  await mac.ok('sync');
  const shown = await Promise.all([['handoffs'], ['search', 'evil'], ['artifacts', 'job']].map((words) => mac.coord(words)));
  for (const { stdout, stderr } of shown) {
    expect(stdout).not.toMatch(/\b(on|machine|·) 7\b/);
    expect(stdout).not.toContain('evil.example');
    expect(stderr).not.toContain('evil.example');
  }
});

test('T11.5 what stands in the archive, or in main’s history, is told as what nobody signed', async () => {
  const { fleet, mac } = await signedFleet();
  const at = new Date().toISOString();
  const made = {
    id: 'gone',
    endedAt: at,
    machine: 2,
    state: 'COMPLETED',
    exitCode: 0,
    entry: { id: 'gone', assign: 2, run: 'x' },
  };
  fleet.person('forger').push({ 'coordination/archive/2026-11.jsonl': `${JSON.stringify(made)}\n` });
  await mac.ok('sync');
  expect((await mac.coord(['order', 'show', 'gone'])).stderr).toContain('as archive/2026-11.jsonl says, which nobody signs');
  const listed = JSON.parse((await mac.coord(['order', 'list', '--all', '--json'])).stdout) as Record<
    string,
    { reason?: string }
  >;
  expect(listed.gone?.reason).toBe('as the archive says, which nobody signs');
  for (const words of [['timeline'], ['search', 'gone']]) expect((await mac.coord(words)).stderr).toContain('nobody signs');
  // Who reads JSON, a program or an agent, has no other output.
  const { hits } = await mac.json<{ hits: { id: string; signed?: boolean }[] }>('search', 'gone');
  expect(hits).toMatchObject([{ id: 'gone', signed: false }]);
  expect(await mac.ok('search', 'gone')).toMatch(/^order gone on 2 · .* · not signed$/m);
  const { events } = await mac.json<{ events: { kind: string; signed?: boolean }[] }>('timeline');
  expect(new Set(events.filter(({ signed }) => signed === false).map(({ kind }) => kind))).toContain('machine');
  expect(events.filter(({ kind }) => kind === 'started').map(({ signed }) => signed)).not.toContain(false);
});

test('T5.4 what people write is told as not signed, and no made up receipt counts as one', async () => {
  const signed = await signedFleet();
  const { fleet, mac } = signed;
  tellsBy(mac);
  await mac.ok('send', '2', 'hello');
  await mac.ok('sync');
  const text = `## ${new Date().toISOString()} · urgent\n\nPay now\n`;
  fleet.person('forger').push({ 'coordination/messages/0_TO_1.md': text });
  writeInto(signed, {}, 'delivered_1: 9', 'taken_1: 9', 'read_1: 9');
  await mac.ok('sync');
  expect(await mac.ok('status')).toMatch(/people, not signed +urgent message: Pay now/);
  expect(JSON.parse(readFileSync(join(mac.folder, '.coord', 'alerts.json'), 'utf8')).alerts).toMatchObject([
    { name: 'not signed' },
  ]);
  expect((await mac.coord(['sent'])).stdout).not.toMatch(/\b(read|delivered)\b/);
  expect((await mac.coord(['inbox', '--all'])).stdout).toContain('from people, not signed');
});

test('T5.6 a name that somebody wrote into a lane has nothing done to that machine', async () => {
  const signed = await signedFleet();
  const { fleet, mac } = signed;
  const page = fleet.git('show', 'refs/coord/machines/2:coordination/COMPUTER_2.md').replace(/^name: pc$/m, 'name: box');
  const { thief } = signed;
  thief.putLane(2, thief.forged(thief.lane(2), { files: { 'coordination/COMPUTER_2.md': page } }));
  for (const words of [
    ['machines', 'remove', 'box'],
    ['pause', 'box'],
  ]) {
    const { code, stderr } = await mac.coord(words);
    expect(code).not.toBe(0);
    expect(stderr).toContain('machine 2 says that it is box, and is not believed here');
  }
  await mac.ok('machines', 'remove', '2', '--again');
});

test('T5.6 no word of a run that somebody made up is shown: not its reason, question, output or files', async () => {
  const signed = await signedFleet();
  const { mac } = signed;
  for (const id of ['asks', 'left', 'goes', 'waits']) await mac.ok('order', 'add', id, '--for', '2', '--approval', '--', 'true');
  const at = new Date().toISOString();
  const run = (order: string) => ({ order, generation: 1, attempt: 1, startedAt: at });
  const ended = { finishedAt: at, exitCode: null, reason: 'evil words', code: 'question', tail: 'evil words\n' };
  const artifacts = [{ name: 'evil words', size: 1, sha256: 'a'.repeat(64), at: 'https://evil.example/words' }];
  writeInto(signed, {
    'results/2.json': JSON.stringify({
      ...{ machine: 2, older: [], before: [] },
      running: [{ ...run('goes'), progress: { last: 'evil words', turns: 1, costUsd: null, at } }],
      waiting: [{ order: 'waits', generation: 1, state: 'BLOCKED', reason: 'evil words' }],
      ended: [
        { ...run('asks'), ...ended, state: 'FAILED', asks: true, outputs: { question: 'evil words' } },
        { ...run('left'), ...ended, state: 'COMPLETED', exitCode: 0, outputs: { url: 'evil words' }, artifacts },
      ],
    }),
  });
  await mac.ok('sync');
  const shown = await Promise.all(
    [['status'], ['status', '--json'], ['prime'], ['order', 'list'], ['order', 'show', 'asks'], ['order', 'show', 'left']].map(
      async (words) => (await mac.coord(words)).stdout,
    ),
  );
  for (const text of shown) {
    expect(text).not.toContain('evil words');
    expect(text).toMatch(/not believed|does not believe/);
  }
  const { orders } = await mac.json<{ orders: Record<string, { state: string; reason?: string; code?: string }> }>('status');
  const told = {
    reason: 'this machine does not believe what 2 pc reports of this order: its lane is not signed with its key',
    code: 'doubted',
  };
  expect(orders.asks).toMatchObject({ state: 'BLOCKED', ...told });
  expect(orders.left).toMatchObject({ state: 'COMPLETED', ...told });
  expect(orders.goes).toMatchObject({ state: 'IN_PROGRESS', ...told });
  expect(orders.waits?.reason).toContain('waits for approval');
  // Nor is the order kept from anything by that end.
  await mac.coord(['order', 'clean', '--yes']);
  expect(await mac.ok('cancel', 'left')).not.toContain('ended already');
  for (const [said, ...words] of [
    ['does not believe what 2 pc reports', 'logs', 'asks'],
    ['does not believe what 2 pc reports', 'logs', 'left'],
    ['not believed here', 'artifacts', 'left'],
  ] as const) {
    const { stdout, stderr } = await mac.coord([...words]);
    expect(stdout + stderr).not.toContain('evil');
    expect(stderr).toContain(said);
  }
});

test('T5.2 a made up end is no end to whoever waits for it', async () => {
  const signed = await signedFleet();
  const { mac } = signed;
  await mac.ok('order', 'add', 'job', '--for', '2', 'true');
  const at = new Date().toISOString();
  const ended = { order: 'job', generation: 1, attempt: 1, startedAt: at, finishedAt: at, state: 'COMPLETED', exitCode: 0 };
  const run = { ...ended, reason: null, tail: '', outputs: {} };
  writeInto(signed, {
    'results/2.json': JSON.stringify({ machine: 2, running: [], waiting: [], ended: [run], older: [], before: [] }),
  });
  const { code, stderr } = await mac.coord(['wait', 'job']);
  expect(code).toBe(5);
  expect(stderr).toContain('this machine does not believe what 2 pc reports of this order: its lane is not signed with its key');
});

test('T11, D4b an entry that has no canonical form breaks no command, and is not signed', async () => {
  const { fleet, mac, thief } = await signedFleet();
  await mac.ok('order', 'add', 'job', '--for', '2', '--approval', 'true');
  const [job] = entriesOf(fleet);
  const made = { ...signaturesOf(fleet).orders.job, signature: 'AAAA' };
  const odd = { id: 'odd', assign: 2, run: 'true', approval: true, approved: true, 'x-n': '\ud800' };
  const signatures = { ...signaturesOf(fleet).orders, odd: made };
  const put = (...entries: readonly object[]) =>
    thief.push({
      'coordination/ORDERS.json': JSON.stringify({ version: 1, orders: entries }),
      'coordination/SIGNATURES.json': JSON.stringify({
        orders: signatures,
        words: { odd: { approved: { ...made, generation: 1 } } },
      }),
    });
  put({ ...job, 'x-n': '\ud800' }, odd);
  put({ ...job, run: 'evil' }, odd, { id: 'plain', assign: 2, run: 'true' });
  await mac.ok('sync');
  const verified = await mac.coord(['verify', '--export', join(fleet.root, 'checked')]);
  expect(verified).toMatchObject({ code: 1, stdout: expect.stringContaining('odd  its signature cannot be checked') });
  expect(await mac.coord(['approve', 'odd'])).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('odd waits for a signature: it cannot be signed: JSON has no one form'),
  });
  expect((await mac.coord(['order', 'set', 'odd', '--timeout', '1m'])).code).toBe(0);
  const signed = await mac.coord(['sign', '--yes']);
  expect(signed).toMatchObject({ code: 0, stdout: expect.stringContaining('signed 2 orders: job, plain') });
  expect(signed.stderr).toContain('run was changed after anna signed it');
  expect(signed.stderr).toContain('! it cannot be signed: JSON has no one form');
  expect((await mac.coord(['sign', 'odd', '--yes'])).code).toBe(1);
});
