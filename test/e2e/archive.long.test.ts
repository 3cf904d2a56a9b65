// D11 with real git and real processes, whose clock is days ahead: what ended long ago leaves the list for the archive, once, whoever dies on the way.
import { afterEach, expect, test } from 'vitest';
import { parseArchive } from '../../src/documents/archive/archive.ts';
import { clockOff } from './clock-off.ts';
import { createFleet, endFleets, type Fleet, type TestMachine } from './fleet.ts';

afterEach(endFleets);

const DAY_MS = 86_400_000;
/** What a cycle that archives goes through. */
const STEPS = ['composed', 'push-journaled', 'pushed', 'outcome-journaled', 'projected'];

const at = (fleet: Fleet, days: number) => clockOff(fleet, days * DAY_MS);

async function syncAt(fleet: Fleet, machine: TestMachine, days: number, ...words: string[]): Promise<void> {
  const done = await machine.coord(['sync', ...words], { env: at(fleet, days) });
  expect(done, done.stderr).toMatchObject({ code: 0 });
}

/** Ids of the archive, whatever the month. */
function archivedIds(fleet: Fleet): readonly string[] {
  const paths = fleet.git('ls-tree', '-r', '--name-only', 'main', 'coordination/archive/').split('\n').filter(Boolean);
  return paths.flatMap((path) => parseArchive(`${fleet.git('show', `main:${path}`)}\n`).map(({ id }) => id)).sort();
}

const listedIds = (fleet: Fleet) =>
  (JSON.parse(fleet.board('ORDERS.json')) as { orders: { id: string }[] }).orders.map(({ id }) => id);

test('D11 C2 killed at each step of a cycle that archives: archived once, ran once', async () => {
  const fleet = createFleet();
  const [mac] = (await fleet.calm('mac')) as [TestMachine];
  fleet.person().push({ 'coordination/fleet.yaml': 'keep: 2d\n' });
  const done: string[] = [];
  for (const [turn, step] of STEPS.entries()) {
    const day = turn * 10;
    const id = `after-${step}`;
    fleet.person().order([{ id, assign: 1, run: `echo x >> ${id}` }]);
    await syncAt(fleet, mac, day, '--wait');
    await syncAt(fleet, mac, day + 2.1);
    expect(listedIds(fleet), step).toEqual([id]);
    const killed = await mac.coord(['sync'], { env: { ...at(fleet, day + 3.2), COORD_CRASH_AT: step } });
    expect(killed, step).toMatchObject({ code: null });
    await syncAt(fleet, mac, day + 3.2);
    done.push(id);
    expect(listedIds(fleet), step).toEqual([]);
    expect(archivedIds(fleet), step).toEqual([...done].sort());
    expect(mac.count(id), step).toBe(1);
  }
});

test('D11 two machines archive at once, a person edits meanwhile: each order is in one place, once', async () => {
  const fleet = createFleet();
  const [mac, pc] = (await fleet.joined('mac', 'pc')) as [TestMachine, TestMachine];
  fleet.person().push({ 'coordination/fleet.yaml': 'keep: 2d\n' });
  const ids = ['a', 'b', 'c', 'd'];
  fleet.person().order(ids.map((id, index) => ({ id, assign: 1 + (index % 2), run: `echo x >> ran-${id}` })));
  for (const machine of [mac, pc]) await machine.ok('sync', '--wait');
  for (const machine of [mac, pc]) await syncAt(fleet, machine, 10);
  const person = fleet.person('editor');
  await Promise.all([
    syncAt(fleet, mac, 11.2),
    syncAt(fleet, pc, 11.2),
    (async () => person.push({ 'coordination/fleet.yaml': 'keep: 2d\nheartbeat: 1h\n' }))(),
  ]);
  for (const machine of [mac, pc]) await syncAt(fleet, machine, 11.3);
  expect(listedIds(fleet)).toEqual([]);
  expect(archivedIds(fleet)).toEqual(ids);
  for (const [index, id] of ids.entries()) expect((index % 2 === 0 ? mac : pc).count(`ran-${id}`)).toBe(1);
});

test.each([
  ['that a fetch has shown', true],
  ['that only its own push knows', false],
])('D11 R3a main is put back to before an archive %s: nothing runs again, nothing is lost', async (_, isSeen) => {
  const fleet = createFleet();
  const [mac] = (await fleet.calm('mac')) as [TestMachine];
  fleet.person().push({ 'coordination/fleet.yaml': 'keep: 2d\n' });
  fleet.person().order([{ id: 'once', assign: 1, run: 'echo x >> ran' }]);
  await mac.ok('sync', '--wait');
  await syncAt(fleet, mac, 2.1);
  const before = fleet.git('rev-parse', 'main');
  await syncAt(fleet, mac, 3.2);
  expect(archivedIds(fleet)).toEqual(['once']);
  if (isSeen) await syncAt(fleet, mac, 3.25);
  fleet.git('update-ref', 'refs/heads/main', before);
  const next = await mac.coord(['sync'], { env: at(fleet, 3.3) });
  // A host that lags shows the same as a rollback of what nobody else saw (C4a).
  expect(next.code).toBe(isSeen ? 5 : 0);
  if (isSeen) expect((await mac.coord(['doctor', '--fix'], { env: at(fleet, 3.3) })).stdout).toContain('took main as it is now');
  for (const day of [3.4, 4.7, 4.8, 6]) await syncAt(fleet, mac, day);
  expect(mac.count('ran')).toBe(1);
  expect([...archivedIds(fleet), ...listedIds(fleet)]).toEqual(['once']);
});
