// coord search in a small real fleet: what a person placed, a machine ran and somebody wrote, found on another machine.
import { afterAll, expect, test } from 'vitest';
import { createFleet, endFleets, type TestMachine } from './fleet.ts';

afterAll(endFleets);

test('orders, runs and messages are found on every machine; no word is a pattern; what is none is said', async () => {
  const fleet = createFleet();
  const [mac, pc] = (await fleet.joined('mac', 'pc')) as [TestMachine, TestMachine];
  fleet.person().order([{ id: 'build', title: 'Build the Zebra', assign: 'pc', run: 'echo the zebra said so' }]);
  await pc.ok('sync', '--wait');
  await pc.ok('send', 'mac', 'Zebra is \u001b[2Jdone');
  await pc.ok('sync');
  await mac.ok('sync');
  for (const machine of [mac, pc]) {
    const { hits, more } = JSON.parse(await machine.ok('search', 'zebra', '--json'));
    expect(hits.map(({ kind, id }: { kind: string; id: string }) => `${kind} ${id}`).sort()).toEqual([
      'message 2→1 #1',
      'order build',
      'run build',
    ]);
    expect(more).toBe(false);
  }
  const shown = await mac.ok('search', 'ZEBRA', 'said');
  expect(shown).toContain('run build on 2 · ');
  expect(shown).toContain('the zebra said so');
  expect(await mac.ok('search', 'zebra', 'is')).toContain('\\u{1b}[2J');
  expect(await mac.ok('search', 'z.*a')).toContain('nothing of that');
  expect(await mac.coord(['search', '.*'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('expected a word to look for'),
  });
  expect(await mac.coord(['search', 'a'.repeat(100_000)])).toMatchObject({ code: 2 });
});

test('D11 order list --all and search have the archive; a line that is no order takes nothing with it', async () => {
  const fleet = createFleet();
  const [mac] = (await fleet.joined('mac')) as [TestMachine];
  const line = (id: string, more: object = {}) =>
    `${JSON.stringify({ id, state: 'FAILED', endedAt: '2026-10-03T08:00:00.000Z', machine: 1, exitCode: 3, entry: { id, run: 'make zebra' }, ...more })}\n`;
  fleet
    .person()
    .push({ 'coordination/archive/2026-10.jsonl': `${line('old')}{"id": 7}\nno JSON\n${line('older', { entry: {} })}` });
  await mac.ok('order', 'add', 'new', '--for', '9', 'true');
  expect(await mac.ok('order', 'list')).not.toContain('old');
  expect(await mac.ok('order', 'list', '--all')).toMatch(/old +✕ FAILED +any +on 1 · exit code 3[\s\S]*new/);
  expect(await mac.ok('order', 'list', '--all')).not.toContain('older');
  expect(Object.keys(JSON.parse(await mac.ok('order', 'list', '--all', '--state', 'failed', '--json')))).toEqual(['old']);
  fleet.person().push({
    'coordination/archive/2026-11.jsonl': `${line('new', { state: 'COMPLETED' })}${line('old', { state: 'COMPLETED', entry: { id: 'old', run: 'make lion' } })}`,
  });
  await mac.ok('sync');
  expect(JSON.parse(await mac.ok('order', 'list', '--all', '--json'))).toMatchObject({
    'old@2026-10-03T08:00:00.000Z': { state: 'FAILED' },
    'new@2026-10-03T08:00:00.000Z': { state: 'COMPLETED' },
    old: { state: 'COMPLETED' },
    new: { state: 'BLOCKED' },
  });
  const { hits } = JSON.parse(await mac.ok('search', 'zebra', '--json'));
  expect(hits.filter(({ id }: { id: string }) => id === 'old')).toMatchObject([
    { kind: 'order', id: 'old', machine: 1, at: '2026-10-03T08:00:00.000Z', title: 'FAILED' },
  ]);
});

test('D11 whoever names an archived order is told where it is, and how to see it', async () => {
  const fleet = createFleet();
  const [mac] = (await fleet.joined('mac')) as [TestMachine];
  const entry = { id: 'old', steps: [{ run: 'make' }] };
  const line = JSON.stringify({ id: 'old', state: 'FAILED', endedAt: '2026-10-03T08:00:00.000Z', entry });
  fleet.person().push({ 'coordination/archive/2026-10.jsonl': `${line}\n` });
  await mac.ok('sync');
  for (const words of ['retry', 'cancel', 'approve', 'logs', 'order show', 'order remove', 'wait']) {
    const { code, stderr } = await mac.coord([...words.split(' '), 'old']);
    expect([words, code]).toEqual([words, 1]);
    expect(stderr).toContain('order old was archived: it was FAILED on 2026-10-03, and stands in archive/2026-10.jsonl');
    expect(stderr).toContain('coord order list --all');
  }
  expect((await mac.coord(['retry', 'old.1'])).stderr).toContain('order old was archived');
  expect((await mac.coord(['retry', 'older'])).stderr).toContain('no order "older" in ORDERS.json');
  await mac.ok('order', 'add', 'old', '--for', '9', 'make');
  expect(await mac.ok('order', 'show', 'old')).toContain('BLOCKED');
});
