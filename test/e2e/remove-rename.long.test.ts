// A person removes a machine that is gone, and gives one another name (I4, section 7). Real git, real processes.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { endFleets } from './fleet.ts';
import { lane, two } from './two.ts';

afterEach(endFleets);

test('I4 machines remove: LEFT on lane and board, its run interrupted; back again it halts until adopt', async () => {
  const { fleet, mac, pc } = await two();
  const going = { id: 'going', assign: 'pc', run: 'echo x >> going; until [ -e go ]; do sleep 0.05; done; exit 3' };
  fleet.person().order([going]);
  await pc.ok('sync');
  const before = lane(fleet, 2);
  expect(await mac.here(['machines', 'remove', 'pc'])).toMatchObject({
    code: 5,
    stdout: '',
    stderr: expect.stringMatching(
      /^coord: machine 2 pc was heard of \d+ s ago and runs going; expected a machine that is gone\n {2}try: coord leave, on it; or coord machines remove 2 --again/,
    ),
  });
  expect(lane(fleet, 2)).toBe(before);
  expect(await mac.ok('machines', 'remove', 'pc', '--again')).toContain('removed machine 2 pc from the fleet');
  expect(lane(fleet, 2)).not.toBe(before);
  const status = fleet.status();
  expect(status.machines['2']).toMatchObject({ state: 'LEFT', runs: [] });
  expect(status.orders.going).toMatchObject({ state: 'FAILED', reason: 'interrupted' });
  expect(JSON.parse(fleet.board('results/2.json'))).toMatchObject({
    running: [],
    ended: [{ order: 'going', reason: 'interrupted' }],
  });
  expect(fleet.board('COMPUTER_2.md')).toMatch(/^removed_by: 1$/m);
  expect(fleet.board('COMPUTER_2.md')).toContain('Removed from the fleet by a person, on machine 1');
  expect(await mac.ok('machines')).toMatch(/2 +pc +\S* *LEFT/);
  const after = lane(fleet, 2);
  expect(await mac.ok('machines', 'remove', '2')).toContain('machine 2 pc has left already');
  expect(await mac.ok('sync')).toBe('nothing new\n');
  expect(lane(fleet, 2)).toBe(after);

  const back = await pc.here(['sync']);
  expect(back).toMatchObject({
    code: 5,
    stderr: expect.stringMatching(/machine 2 pc was removed from the fleet by machine 1 mac[\s\S]*coord adopt/),
  });
  expect(await pc.ok('status')).toContain('was removed from the fleet by machine 1 mac');
  expect(lane(fleet, 2)).toBe(after);
  expect(await pc.ok('adopt')).toMatch(/^machine 2 pc is back in the fleet \(1 mac had removed it\)\n/);
  expect(fleet.status().machines['2']).toMatchObject({ state: 'WORKING', runs: ['going'] });
  expect(fleet.board('COMPUTER_2.md')).not.toContain('removed');
  writeFileSync(join(pc.home, 'go'), '');
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders.going).toMatchObject({ state: 'FAILED', exitCode: 3 });
  expect(pc.count('going')).toBe(1);
});

test('I4 machines remove refuses itself and what is not there; offline it says so', async () => {
  const { fleet, mac } = await two();
  expect(await mac.here(['machines', 'remove', 'mac'])).toMatchObject({
    code: 5,
    stderr: expect.stringContaining('coord leave'),
  });
  expect(await mac.here(['machines', 'remove', '9'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no machine "9"'),
  });
  fleet.away(true);
  expect(await mac.here(['machines', 'remove', '2'])).toMatchObject({ code: 4 });
});

test('section 7: rename is said at once; orders by the old name are BLOCKED, those by the new one start', async () => {
  const { fleet, mac, pc } = await two();
  expect(await pc.ok('rename', 'tower')).toContain('machine 2 is now named tower');
  expect(fleet.status().machines['2']).toMatchObject({ name: 'tower' });
  fleet.person().order([
    { id: 'old', assign: 'pc', run: 'echo x >> old' },
    { id: 'new', assign: 'tower', run: 'echo x >> new' },
  ]);
  await pc.ok('sync', '--wait');
  expect(fleet.status().orders).toMatchObject({
    old: { state: 'BLOCKED', reason: 'no machine named pc; it starts when one joins' },
    new: { state: 'COMPLETED' },
  });
  expect(await pc.ok('rename', 'tower')).toContain('named tower already');
  for (const [name, why] of [
    ['MAC', 'machine 1 of this fleet is already named MAC'],
    ['all', "cannot be a machine's name"],
    ['2nd', "cannot be a machine's name"],
  ] as const)
    expect(await pc.here(['rename', name])).toMatchObject({ code: 2, stderr: expect.stringContaining(why) });
  expect(await pc.coord(['rename', 'cabin'], { env: { COORD_CRASH_AT: 'renamed' } })).toMatchObject({ code: null });
  await pc.ok('sync');
  expect(fleet.status().machines['2']).toMatchObject({ name: 'cabin' });
  fleet.away(true);
  expect(await pc.here(['rename', 'shed'])).toMatchObject({ code: 0, stderr: expect.stringContaining('not pushed yet') });
  fleet.away(false);
  await pc.ok('sync');
  await mac.ok('sync');
  expect(await mac.ok('machines')).toMatch(/2 +shed/);
});
