// Locks that a killed git left in a hub on a shared folder. They are not coord's to remove: others work there too. Each is said
// with the file and the way out, `coord doctor` names it, and once it is gone all goes on.
import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectBoardComputed } from './computed.ts';
import { createFleet, endFleets, type Fleet, type TestMachine } from './fleet.ts';

let fleet: Fleet;
let mac: TestMachine;
const orders: object[] = [];

beforeAll(async () => {
  fleet = createFleet();
  [mac] = (await fleet.joined('mac')) as [TestMachine];
  await mac.ok('sync');
});
afterAll(endFleets);

interface Case {
  readonly lock: string;
  /** The lane lands all the same. */
  readonly lands: boolean;
}

test.each<Case>([
  { lock: 'refs/heads/main.lock', lands: true },
  { lock: 'refs/coord/machines/1.lock', lands: false },
  { lock: 'packed-refs.lock', lands: true },
])('R2, C7: a stale $lock in the hub: said, left alone, and over once a person removes it', async ({ lock, lands }) => {
  const id = `while-${lock.replaceAll('/', '-').replace(/\.lock$/, '')}`;
  orders.push({ id, assign: 1, run: `echo x >> ${id}` });
  fleet.person().order(orders);
  const path = join(fleet.hub, lock);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '');
  // Older than any push that still goes on.
  const old = Date.now() / 1000 - 3600;
  utimesSync(path, old, old);

  let sync = await mac.coord(['sync', '--wait']);
  expect(mac.count(id)).toBe(1);
  if (lands) {
    expect(sync.code).toBe(0);
    expect(fleet.git('show', 'refs/coord/machines/1:coordination/results/1.json')).toContain(id);
  } else expect(sync).toMatchObject({ code: 4, stderr: expect.stringMatching(/not synced .*refuses pushes from this machine/) });
  if (lock !== 'packed-refs.lock') {
    // One refusal of main may be a stale base; three on the same one are not.
    for (let more = 0; more < 3 && sync.stderr === ''; more += 1) sync = await mac.coord(['sync']);
    expect(sync.stderr).toContain(path);
    expect(sync.stderr).toContain(`rm ${path}`);
    expect(await mac.ok('status')).toContain(path);
  }
  const doctor = await mac.coord(['doctor']);
  expect(doctor.code).toBe(1);
  expect(doctor.stdout).toContain(`rm ${path}`);
  expect(existsSync(path)).toBe(true);

  rmSync(path);
  if ((await mac.json('status')).sync.boardRefused !== null) anHourLater();
  await mac.ok('sync');
  expect(mac.count(id)).toBe(1);
  expect(fleet.status().orders[id]).toMatchObject({ state: 'COMPLETED', attempt: 1 });
  expect((await mac.json('status')).sync).toMatchObject({ unsyncedSince: null, boardRefused: null });
  await expectBoardComputed(fleet);
});

/** R1a: a board that was refused three times is tried again hourly. A time of an earlier boot counts as that long ago. */
function anHourLater(): void {
  const path = join(mac.folder, '.coord', 'journal.json');
  const state = JSON.parse(readFileSync(path, 'utf8')) as { boardRefused: { triedAt: { boot: string } } };
  state.boardRefused.triedAt.boot = 'an-earlier-boot';
  writeFileSync(path, JSON.stringify(state));
}
