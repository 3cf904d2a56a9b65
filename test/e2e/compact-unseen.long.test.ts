// `coord compact` while machines are there that others do not hear of, or whose clock is wrong. Real git, real processes.
import { afterEach, expect, test } from 'vitest';
import { historyOf, later, main, markers, oldFleet, said } from './compact-fleet.ts';
import { endFleets } from './fleet.ts';

afterEach(endFleets);

test('R3b a machine that sleeps and whose lane the host lost is waited for, and does not halt', async () => {
  const { fleet, mac, pc } = await oldFleet();
  for (const text of ['one', 'two', 'three']) fleet.person().push({ 'notes.txt': text });
  const lane = fleet.git('rev-parse', 'refs/coord/machines/2');
  fleet.git('update-ref', '-d', 'refs/coord/machines/2');
  await said(mac);
  const before = historyOf(fleet);
  const refused = await later(fleet, mac, 40, '--keep', '30d', '--now');
  expect(refused).toMatchObject({ code: 5 });
  expect(refused.stderr).toMatch(/nobody can tell what machine 2 pc saw last[\s\S]*coord sync on it; coord machines remove 2/);
  expect(historyOf(fleet).slice(0, before.length)).toEqual(before);
  // Either way out is one.
  await pc.ok('sync');
  expect(fleet.git('rev-parse', 'refs/coord/machines/2')).not.toBe(lane);
  fleet.git('update-ref', '-d', 'refs/coord/machines/2');
  await mac.ok('machines', 'remove', '2');
  expect(await later(fleet, mac, 40, '--keep', '30d', '--now')).toMatchObject({ code: 0 });
  expect(markers(fleet)).toHaveLength(1);
});

test('R3b this machine itself needs no lane: it knows what it saw', async () => {
  const { fleet, mac, pc } = await oldFleet();
  fleet.git('update-ref', '-d', 'refs/coord/machines/1');
  const tip = main(fleet);
  const done = await later(fleet, mac, 40, '--keep', '30d');
  expect(done, done.stderr).toMatchObject({ code: 0 });
  expect(fleet.git('merge-base', tip, 'main')).toBe(tip);
  await pc.ok('sync');
});
