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
