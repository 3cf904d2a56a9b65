// A1, A2.5: what processes that were killed, and runs whose time is over, leave on the disk: it goes with the next cycle, whatever that has to push.
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { EndedRun } from '../../../src/core/model/orders/run.ts';
import { fetchHanded } from '../../../src/features/artifacts/adapters/fetch-handed.ts';
import { dropUnnamed, keepDraft, openDraft, storedNames, timeOf } from '../../../src/features/artifacts/system/artifact-store.ts';
import { discardRun } from '../../../src/runs/discard-run.ts';
import { runPaths } from '../../../src/runs/run-folder.ts';
import { ended } from '../../core/samples.ts';
import { createRefWorld, DAY_MS, type RefWorld } from './ref-world.ts';

let world: RefWorld;
beforeEach(() => {
  world = createRefWorld();
});
afterEach(() => world.end());

const drafts = () => readdirSync(world.paths.root).filter((name) => name.startsWith('making-'));

/** A run that is there, with these of its records. */
function run(key: string, ...records: readonly string[]): string {
  mkdirSync(join(world.folder.runs, key), { recursive: true });
  for (const name of records) writeFileSync(join(world.folder.runs, key, name), '{}');
  return key;
}

test('A1 what a killed gathering left is gone with the next cycle, also where there is nothing to push', async () => {
  openDraft(world.paths, run('old', 'spec.json'));
  run('old', 'exit.json');
  await world.publish();
  expect(drafts()).toEqual([]);
});

test('A1 the draft of a run that goes on stays, however old its folder; an old removal is finished', async () => {
  const before = (Date.now() - 2 * DAY_MS) / 1000;
  const killed = join(world.paths.root, 'gone-1-2');
  const draft = openDraft(world.paths, run('goes-on', 'spec.json'));
  mkdirSync(killed);
  const goesOn = join(world.paths.root, 'gone-3-4');
  mkdirSync(goesOn);
  for (const folder of [draft, killed]) utimesSync(folder, before, before);
  await world.publish();
  expect([drafts(), existsSync(killed), existsSync(goesOn)]).toEqual([['making-goes-on'], false, true]);
});

test('A1 the draft of a run that has ended goes at once, that of one that goes on stays', async () => {
  for (const key of [run('goes-on', 'spec.json'), run('ended', 'spec.json'), run('discarded', 'spec.json')])
    openDraft(world.paths, key);
  expect(drafts()).toHaveLength(3);
  run('ended', 'exit.json');
  discardRun(runPaths(world.folder.runs, 'discarded'));
  await world.publish();
  expect(drafts()).toEqual(['making-goes-on']);
  run('goes-on', 'exit.json');
  openDraft(world.paths, run('next', 'spec.json'));
  expect(drafts()).toEqual(['making-next']);
});

test('A1.1 what a run left whose result names none is not pushed, and leaves the disk and the ref', async () => {
  const from = new Date(Date.now() - 1_000).toISOString();
  const kept = await world.leave({ a: 'kept' });
  await world.leave({ b: 'stopped' });
  await world.leave({ c: 'goes on' });
  const to = new Date(Date.now() + 1_000).toISOString();
  const its = (generation: number, more: Partial<EndedRun>) =>
    ended('build', { generation, startedAt: from, finishedAt: to, ...more });
  const runs = [its(1, { artifacts: kept }), its(2, { state: 'CANCELLED' })];
  await world.publish({ ended: runs });
  expect([storedNames(world.paths).length, world.onRef()]).toEqual([2, ['goes on', 'kept']]);
  // Stopped after it was pushed: the ref goes with its next push.
  await world.publish({ ended: [...runs, its(3, { state: 'FAILED' })] });
  expect(storedNames(world.paths)).toHaveLength(1);
  await world.leave({ d: 'next' });
  await world.publish({ ended: runs });
  expect(world.onRef()).toEqual(['kept', 'next']);
});

test('A2.5 what is over its time leaves the disk also while a push waits for its next try', async () => {
  world.refuses();
  await world.leave({ a: 'one' });
  const nowMs = timeOf(storedNames(world.paths)[0] ?? '') + 10;
  expect(await world.publish({ nowMs })).toMatchObject({ failures: 1 });
  await world.publish({ nowMs, keepMs: 5 });
  expect(storedNames(world.paths)).toEqual([]);
});

test('A4.1 what of earlier files has come lies with the run, and goes with it', async () => {
  const [file] = await world.leave({ a: 'one' });
  await world.publish();
  world.inHub('update-ref', 'refs/coord/artifacts/2', 'refs/coord/artifacts/1');
  const run = runPaths(world.folder.runs, 'deploy-1.1-abc');
  // Notes which repository is fetched into.
  const bin = join(world.root, 'bin');
  mkdirSync(bin);
  const script = `#!/bin/sh\ncase "$*" in *' fetch '*) echo "$*" > ${world.root}/asked;; esac\nPATH='${world.person.PATH}' exec git "$@"\n`;
  writeFileSync(join(bin, 'git'), script, { mode: 0o755 });
  const person = { ...world.person, PATH: `${bin}:${world.person.PATH}` };
  const files = [{ as: 'BUILD', order: 'build', machine: 2, files: file === undefined ? [] : [file] }];
  expect(await fetchHanded({ fleet: world.folder, files, folder: run.files, person, say: () => {} })).toMatchObject({
    problem: null,
  });
  const [, gitDir = ''] = /--git-dir=(\S+)/.exec(readFileSync(join(world.root, 'asked'), 'utf8')) ?? [];
  expect(gitDir.startsWith(`${run.folder}/`)).toBe(true);
  // As a process that was killed there leaves it.
  mkdirSync(gitDir, { recursive: true });
  writeFileSync(run.log, 'its log stays');
  expect(discardRun(run)).toBe(true);
  expect([existsSync(gitDir), readdirSync(run.folder)]).toEqual([false, ['output.log']]);
});

test.each([
  ['names none', {}, 0],
  ['names some', { artifacts: [{ name: 'a', size: 1, sha256: 'a'.repeat(64) }] }, 1],
  ['has a list that stands elsewhere', { unlisted: 1 }, 1],
  ['is another one whose name looks like it', { order: 'job-1.1', generation: 2 }, 1],
  ['is another attempt', { attempt: 2 }, 1],
] as const)('A1.1 what lies here of a run goes where its end %s', (_what, change, count) => {
  // Ids have dashes and dots too, so the name of a folder alone does not tell two runs apart.
  const stored = { order: 'job-1.1-2.1', generation: 1, attempt: 1, files: [] };
  const key = 'order' in change ? 'job-1.1-2.1-k' : `${stored.order}-1.1-k`;
  keepDraft(world.paths, openDraft(world.paths, key), key, stored);
  dropUnnamed(world.paths, [ended(stored.order, change)]);
  expect(storedNames(world.paths)).toHaveLength(count);
});
