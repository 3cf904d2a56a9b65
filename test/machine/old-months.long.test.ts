// D12: months of the archive and of histories that `keep_archive` lets go of.
import { expect, test } from 'vitest';
import type { JournalState } from '../../src/core/model/ledger/journal.ts';
import type { Snapshot } from '../../src/core/model/ledger/snapshot.ts';
import type { Instant } from '../../src/core/model/machines/instant.ts';
import { oldHistories } from '../../src/machine/steps/archive/old-months.ts';
import { DAY_MS, days, run } from './archive-days.ts';
import { createFleet, ORIGIN_MS, quiet, type World } from './world.ts';

const LANE = 'refs/coord/machines/1';

/** Two machines; each fortnight machine 1 runs 25 orders and writes 25 messages that machine 2 has at once. */
async function fortnights(count: number, keep: string): Promise<World> {
  const world = await createFleet(2);
  world.person({ 'fleet.yaml': `keep: 2d\nheartbeat: 24h\n${keep}` });
  for (let fortnight = 0; fortnight < count; fortnight += 1) await fortnightOf(world, fortnight);
  return world;
}

async function fortnightOf(world: World, fortnight: number): Promise<void> {
  world.orders([...Array(25)].map((_, at) => run(`o${fortnight}-${at}`)));
  const [one, two] = world.machines;
  const recordedAt = new Date(ORIGIN_MS + world.now()).toISOString();
  for (let at = 0; at < 25; at += 1) {
    const name = `${fortnight}-${at}`;
    await one?.journal.record({
      id: `m${name}`,
      recordedAt,
      kind: 'send',
      to: '2',
      body: `${name} ${'x'.repeat(4000)}`,
      priority: 'normal',
    });
  }
  await quiet(world);
  await two?.journal.record({ id: `take-${fortnight}`, recordedAt, kind: 'take', taken: { 1: 25 * (fortnight + 1) } });
  await days(world, 6);
  world.pass(9 * DAY_MS);
}

async function months(world: World, ref?: string): Promise<readonly string[]> {
  const commit = world.hub.refs.get(ref ?? 'refs/heads/main') ?? '';
  return [...world.hub.filesOf(commit).keys()].flatMap((path) => /(?:archive|history)\/.*/.exec(path) ?? []).sort();
}

test('D12 a month that was over long ago goes from board and lane, by pushes that are made anyway', async () => {
  const [kept, all] = [await fortnights(8, 'keep_archive: 90d\n'), await fortnights(8, '')];
  const old = ['archive/2026-11.jsonl', 'history/1/2026-11.m1.jsonl', 'history/1/messages-2026-11.m1.md'];
  expect(await months(all)).toEqual(expect.arrayContaining(old));
  expect(await months(kept)).toEqual((await months(all)).filter((path) => !old.includes(path)));
  expect(await months(kept, LANE)).toEqual((await months(all, LANE)).filter((path) => !old.includes(path)));
  const pushes = ({ machines }: World) => machines.map(({ calls }) => calls.push);
  expect(pushes(kept)).toEqual(pushes(all));
  await quiet(kept);
  const before = kept.hub.refs.get('refs/heads/main');
  await quiet(kept);
  expect(kept.hub.refs.get('refs/heads/main')).toBe(before);
});

test('D12, D7 a clock that is a year ahead removes nothing, while another machine lives', async () => {
  const world = await fortnights(2, 'keep_archive: 90d\n');
  const [one] = world.machines;
  if (one !== undefined) world.setClock(one, 365 * DAY_MS);
  await fortnightOf(world, 2);
  for (const name of ['archive/2026-11.jsonl', 'history/1/2026-11.m1.jsonl']) expect(await months(world)).toContain(name);
});

test('D12, D4 a `keep_archive` that cannot be read keeps its last good value, and none at first', async () => {
  const world = await fortnights(7, 'keep_archive: 1y\n');
  expect(await months(world)).toContain('archive/2026-11.jsonl');
  world.person({ 'fleet.yaml': 'keep: 2d\nheartbeat: 24h\nkeep_archive: 90d\n' });
  await quiet(world);
  world.person({ 'fleet.yaml': 'keep: 2d\nheartbeat: 24h\nkeep_archive: soon\n' });
  await fortnightOf(world, 7);
  expect(await months(world)).not.toContain('archive/2026-11.jsonl');
});

test('D12.3, M4.6 a month that the journal waits to see stays', () => {
  const now = { wallMs: Date.parse('2027-06-01T00:00:00Z'), monoMs: 0, boot: 'a' } as unknown as Instant;
  const snapshot = { fleet: { keepArchiveMs: 90 * DAY_MS }, machines: new Map(), lanes: new Map() } as unknown as Snapshot;
  const paths = ['history/1/2026-11.m1.jsonl', 'history/1/messages-2026-12.2.m1.md', 'history/2/2026-11.m2.jsonl'];
  const state = (moved: readonly object[]) => ({ machine: 1, mail: { moved }, movedRuns: [] }) as unknown as JournalState;
  expect(oldHistories(paths, { snapshot, now, state: state([]) })).toEqual(paths.slice(0, 2));
  const waits = [{ at: '2026-12-24T10:00:00Z' }];
  expect(oldHistories(paths, { snapshot, now, state: state(waits) })).toEqual(paths.slice(0, 1));
});
