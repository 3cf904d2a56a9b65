// T9: a host that shows machines different things is seen, and said.
import { cpSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import type { JournalState } from '../../../src/core/model/ledger/journal.ts';
import { distrust } from '../../../src/core/status/distrust.ts';
import { at, journal, snapshot, view } from '../../core/samples.ts';
import { endFleets } from '../../e2e/fleet.ts';
import { bothSigned } from './people.ts';

afterEach(endFleets);

test('T9 a lane that names another main is said, with both commits and whose it is; it decides nothing', async () => {
  const { fleet, mac, pc } = await bothSigned();
  const [here, there] = [`${fleet.hub}.here`, `${fleet.hub}.there`];
  cpSync(fleet.hub, there, { recursive: true });
  fleet.person().push({ 'notes.txt': 'here' });
  await mac.ok('sync');
  // The host shows pc another world, and shows mac what pc says there.
  renameSync(fleet.hub, here);
  renameSync(there, fleet.hub);
  fleet.person().push({ 'notes.txt': 'there' });
  const theirs = fleet.git('rev-parse', '--short=10', 'main');
  await pc.ok('send', '1', 'hello');
  renameSync(fleet.hub, there);
  renameSync(here, fleet.hub);
  fleet.git('fetch', '--quiet', there, '+refs/coord/machines/2:refs/coord/machines/2');
  await mac.ok('sync');
  for (const words of [['status'], ['trust'], ['doctor']])
    expect((await mac.coord(words)).stdout).toMatch(
      new RegExp(
        `the host shows machine 2 pc another main.*${theirs} there, [0-9a-f]{10} here|the host shows 2 pc another main.*${theirs} there`,
      ),
    );
  expect(fleet.board('STATUS.json')).not.toContain('another main');
  await mac.ok('order', 'add', 'job', '--for', '1', 'echo x >> ran');
  await mac.ok('sync', '--wait');
  expect(mac.read('ran')).toBe('x\n');
  // Where pc names a main of this world again, it is over.
  await pc.coord(['sync']);
  cpSync(join(mac.home, '.ssh'), join(pc.home, '.ssh'), { recursive: true });
  await pc.coord(['doctor', '--fix']);
  await pc.ok('send', '1', 'hello again');
  await mac.ok('sync');
  expect(await mac.ok('status')).not.toContain('another main');
});

test('T9 where nobody was heard of for three heartbeats, the host may be withholding', () => {
  const machines = [1, 2, 3, 4].map((machine) => view(machine));
  const signed = (doubted: readonly number[] = []) => ({
    ...snapshot({ machines }),
    believed: {
      ...{
        orders: snapshot({}).orders,
        claims: new Map(),
        repeatable: new Set<string>(),
        uncovered: new Set<string>(),
        forks: [],
        admitted: new Set<number>(),
      },
      doubted: new Map(doubted.map((machine) => [machine, 'why'])),
    },
  });
  const heard = (times: Record<number, number>): JournalState => {
    const commit = (machine: number) => machines.find((it) => it.document.machine === machine)?.lane?.commit ?? '';
    const observed = Object.entries(times).map(([machine, s]) => [
      machine,
      { commit: commit(Number(machine)), beat: 1, at: at(1_000 * s) },
    ]);
    return journal({ observed: Object.fromEntries(observed) });
  };
  const silent = heard({ 2: 0, 3: 0, 4: 0 });
  expect(distrust(signed(), silent, at(181_000))).toEqual([expect.stringContaining('the host may be withholding')]);
  expect(distrust(signed(), silent, at(170_000))).toEqual([]);
  expect(distrust(signed(), heard({ 2: 0, 3: 100, 4: 0 }), at(181_000))).toEqual([]);
  // What a doubted lane does says nothing of the others.
  expect(distrust(signed([3]), heard({ 2: 0, 3: 100, 4: 0 }), at(181_000))).toHaveLength(1);
  expect(distrust(snapshot({ machines }), silent, at(181_000))).toEqual([]);
});
