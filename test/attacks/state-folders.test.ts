// Attacks on the folders of `.coord` itself: a file or a link in the place of one. What lies behind a link is somebody else's.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { errorWords } from '../../src/cli/output/report.ts';
import { createBox, put } from '../../src/features/bus/operations/box.ts';
import { boxesHere, takeNext } from '../../src/features/bus/operations/bus.ts';
import { createProgramBoxes } from '../../src/features/bus/operations/program-boxes.ts';
import { newestLog } from '../../src/operations/orders/run-log.ts';
import { readText } from '../../src/system/files/read-if-there.ts';
import { type FleetFolder, fleetFolderAt, ownFolder } from '../../src/system/fleet/fleet-folder.ts';
import { createFleet, endFleets } from '../e2e/fleet.ts';

let folder: FleetFolder;
let elsewhere = '';
beforeEach(() => {
  folder = fleetFolderAt(mkdtempSync(join(tmpdir(), 'coord-state-')));
  elsewhere = mkdtempSync(join(tmpdir(), 'coord-elsewhere-'));
  mkdirSync(folder.state);
});
afterEach(() => {
  for (const path of [folder.root, elsewhere]) rmSync(path, { recursive: true });
  endFleets();
});

const IN_THE_WAY = [
  ['a link elsewhere', (path: string) => symlinkSync(elsewhere, path), 'is a link'],
  ['a link to nothing', (path: string) => symlinkSync(join(elsewhere, 'nothing'), path), 'is a link'],
  ['a link to itself', (path: string) => symlinkSync(path, path), 'is a link'],
  ['a file', (path: string) => writeFileSync(path, ''), 'is a file'],
] as const;

test.each(
  IN_THE_WAY,
)('I5: %s in the place of a folder of .coord is named, with the way out, by each command', (_, lay, words) => {
  for (const name of ['../coordination', 'bus', 'daemon', 'hooks', 'hub', 'outbox', 'programs', 'runs']) {
    const path = join(folder.state, name);
    lay(path);
    expect(() => ownFolder(folder)).toThrow(
      expect.objectContaining({
        code: 'LOCAL_STATE',
        message: expect.stringContaining(`${path} ${words}`),
        hint: `mv ${path} ${path}.old`,
      }),
    );
    rmSync(path);
  }
  expect(ownFolder(folder)).toBe(folder);
});

test('I5: a sync touches nothing behind a link in the place of the runs, and goes on once that is gone', async () => {
  const fleet = createFleet();
  const [mac] = await fleet.joined('mac');
  if (mac === undefined) throw new Error('no machine');
  const runs = join(mac.folder, '.coord', 'runs');
  symlinkSync(elsewhere, runs);
  fleet.person().order([{ id: 'job', assign: 1, run: 'true' }]);
  const { code, stderr } = await mac.here(['sync']);
  expect([code, stderr]).toEqual([1, expect.stringContaining(`${runs} is a link`)]);
  expect(readdirSync(elsewhere)).toEqual([]);
  renameSync(runs, `${runs}.old`);
  await mac.ok('sync', '--wait');
  expect(fleet.status().orders.job).toMatchObject({ state: 'COMPLETED' });
  expect(readdirSync(elsewhere)).toEqual([]);
});

test.each([
  'p',
  'p/waiting',
  'p/handed',
  'p/taken',
  'p/broken',
])('M8: a link in the place of %s gives out, takes and removes nothing', async (at) => {
  const box = { program: 'p', folder: join(folder.state, 'bus', 'p') };
  createBox(box);
  put(box, { id: 'p.a', from: '1', to: 'p', at: null, priority: 'normal', body: 'mine' }, 'a', 1_000);
  const path = join(folder.state, 'bus', at);
  const behind = join(elsewhere, 'behind');
  renameSync(path, behind);
  // No name of a message: it would be set aside as one that cannot be read.
  writeFileSync(join(behind, 'diary'), 'private');
  symlinkSync(behind, path);
  const before = readdirSync(behind, { recursive: true }).sort();
  const world = { clock: { now: () => ({ wallMs: 2_000 }) } } as unknown as Parameters<typeof takeNext>[0];
  expect(() => takeNext(world, folder, 'p')).toThrow(`${path} is a link`);
  const sight = (await boxesHere(folder)).find(({ program }) => program === 'p');
  // A box that is a link is none.
  expect(sight?.trouble ?? null).toEqual(at === 'p' ? null : expect.stringContaining(`${path} is a link`));
  const message = { source: '2', number: 1, from: '2', to: 'p', at: null, priority: 'normal' as const, body: 'x' };
  // People read what no program can have; the sync goes on.
  expect(await createProgramBoxes(folder, 1, () => 2_000).handOver(message)).toBe(false);
  expect(readdirSync(behind, { recursive: true }).sort()).toEqual(before);
});

test('O9: files among the runs that are none keep nobody from a log', () => {
  mkdirSync(folder.runs);
  for (const name of ['notes', 'job-1.1-abc']) writeFileSync(join(folder.runs, name), '');
  mkdirSync(join(folder.runs, 'job-1.2-abd'));
  writeFileSync(join(folder.runs, 'job-1.2-abd', 'output.log'), 'said');
  expect(newestLog(folder, 'job')?.path).toBe(join(folder.runs, 'job-1.2-abd', 'output.log'));
});

test('C5: a link or a pipe in the place of the clone, or of what git opens in it, makes it anew', async () => {
  const fleet = createFleet();
  const [mac] = await fleet.joined('mac');
  if (mac === undefined) throw new Error('no machine');
  const clone = join(mac.folder, '.coord', 'clone.git');
  writeFileSync(join(elsewhere, 'keep'), 'mine');
  const links = ['', 'objects', 'refs', 'config', 'FETCH_HEAD', 'HEAD'].map((name) => [name, join(elsewhere, 'keep')] as const);
  for (const [name, target] of [...links, ['', elsewhere], ['', join(elsewhere, 'nothing')]] as const) {
    rmSync(join(clone, name), { recursive: true });
    symlinkSync(target, join(clone, name));
    await mac.ok('sync');
    expect([readdirSync(elsewhere), readFileSync(join(elsewhere, 'keep'), 'utf8')]).toEqual([['keep'], 'mine']);
  }
  for (const name of ['config', 'FETCH_HEAD', 'HEAD', 'packed-refs']) {
    rmSync(join(clone, name), { force: true });
    execFileSync('mkfifo', [join(clone, name)]);
    await mac.ok('sync');
  }
});

test('a folder in the place of a file of coord’s, or a file in that of a folder, is said with its path', () => {
  for (const act of [
    () => readText(folder.state),
    () => mkdirSync(join(elsewhere, 'keep')),
    () => readdirSync(join(elsewhere, 'keep')),
  ]) {
    writeFileSync(join(elsewhere, 'keep'), '');
    try {
      act();
      expect.unreachable();
    } catch (error) {
      expect(errorWords(error, [])).toMatchObject({
        code: 1,
        text: expect.stringMatching(/in the place of .* of coord's: E.*\n {2}try: ls -ld \//),
      });
    }
  }
});

test('I4: coord leave --purge removes nothing behind links, nor what is a person’s, with a run alive', async () => {
  const fleet = createFleet();
  const [mac] = await fleet.joined('mac');
  if (mac === undefined) throw new Error('no machine');
  fleet.person().order([{ id: 'long', assign: 1, run: 'sleep 300' }]);
  await mac.ok('sync');
  for (const name of ['keep', 'STATUS.json', 'output.log']) writeFileSync(join(elsewhere, name), 'mine');
  const at = (...names: string[]) => join(mac.folder, ...names);
  const [run = ''] = readdirSync(at('.coord', 'runs'));
  for (const place of [
    '.coord/link',
    '.coord/outbox/link',
    '.coord/runs/link',
    `.coord/runs/${run}/link`,
    '.coord/clone.git/objects/link',
    'coordination/link',
  ])
    symlinkSync(elsewhere, at(place));
  rmSync(at('coordination', 'README.md'));
  symlinkSync(join(elsewhere, 'keep'), at('coordination', 'README.md'));
  writeFileSync(at('coordination', 'notes.txt'), 'mine');
  writeFileSync(at('diary'), 'mine');
  await mac.ok('leave', '--stop', '--purge');
  for (const name of ['keep', 'STATUS.json', 'output.log']) expect(readFileSync(join(elsewhere, name), 'utf8')).toBe('mine');
  expect([readdirSync(mac.folder).sort(), readdirSync(at('coordination')).sort()]).toEqual([
    ['coordination', 'diary'],
    ['link', 'notes.txt'],
  ]);
  expect(mac.processes()).toEqual([]);
});
