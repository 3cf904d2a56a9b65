// H4 on real processes and a real hub: how busy a computer is costs no push, and is said with what is pushed anyway.
import { afterEach, expect, test } from 'vitest';
import { createFleet, endFleets, type TestMachine } from './fleet.ts';

afterEach(endFleets);

test('H4: a computer that becomes busy makes no push; its next word says so, and the board in a word', async () => {
  const fleet = createFleet();
  const [mac, pc] = (await fleet.calm('mac', 'pc')) as [TestMachine, TestMachine];
  for (const it of [mac, pc, mac, pc]) await it.ok('sync');
  const refs = () => fleet.git('for-each-ref', '--format=%(refname) %(objectname)');
  const before = refs();
  const busy = (...args: string[]) => pc.coord(args, { env: { COORD_USAGE: '0.93 0.5' } });
  for (let round = 0; round < 3; round += 1) expect((await busy('sync')).stdout).toBe('nothing new\n');
  expect(refs()).toBe(before);
  expect(fleet.board('COMPUTER_2.md')).toMatch(/^used_cpu: 0.1\nused_memory: 0.2$/m);
  await busy('send', 'mac', 'hello');
  expect(fleet.board('COMPUTER_2.md')).toMatch(/^used_cpu: 0.9\nused_memory: 0.5$/m);
  expect(fleet.board('README.md')).toContain('busy: processor 90 %');
  expect(fleet.status()).toMatchObject({ machines: { 2: { usage: { cpu: 0.9, memory: 0.5 } } } });
  await mac.ok('sync');
  expect(await mac.ok('machines')).toMatch(/2 +pc .* · busy: processor 90 %/);
});
