// The budget of the folders of runs that were reported: by their number and by their room on the disk, oldest first, whatever was killed.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runPaths } from '../../src/runs/run-folder.ts';
import { createRunner } from '../../src/runs/runner.ts';

let runsDir = '';
beforeEach(() => {
  runsDir = mkdtempSync(join(tmpdir(), 'coord-kept-'));
});
afterEach(() => rmSync(runsDir, { recursive: true }));

const runner = (countMax: number, bytesMax = 1e9) =>
  createRunner({ runsDir, watchdogPath: '/none', limits: { kept: { countMax, bytesMax } } });

/** As a watchdog that has gone leaves it. */
function ended(key: string, log = 'said\n'): string {
  const paths = runPaths(runsDir, key);
  mkdirSync(paths.folder);
  writeFileSync(paths.owner, JSON.stringify({ void: false, pid: 1, started: 'long ago', bootId: 'another' }));
  writeFileSync(paths.log, log);
  writeFileSync(paths.spec, '{}');
  writeFileSync(paths.exit, '{}');
  return key;
}

/** As it is once it was reported. */
function reported(key: string, at: number): string {
  const paths = runPaths(runsDir, ended(key));
  rmSync(paths.spec);
  rmSync(paths.exit);
  utimesSync(paths.log, at, at);
  return key;
}

const keys = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => `o${from + at}-1.1-ab`);
const folders = () =>
  readdirSync(runsDir)
    .filter((name) => !name.startsWith('.'))
    .sort();
const list = () => join(runsDir, '.kept');

async function discard(all: readonly string[], countMax: number, bytesMax?: number): Promise<void> {
  for (const key of all) await runner(countMax, bytesMax).discard(key);
}

test('the last ones stay, by number; what is not reported yet stays besides', async () => {
  for (const key of keys(1, 9)) ended(key);
  await discard(keys(2, 8), 3);
  expect(folders()).toEqual([...keys(1, 1), ...keys(6, 9)]);
  expect(runner(3).kept()).toMatchObject({ count: 3, countMax: 3 });
});

test('the last ones stay, by their room on the disk, not by the bytes of their logs; the newest always', async () => {
  for (const key of keys(1, 5)) ended(key);
  const size = (path: string) => Math.max(statSync(path).size, statSync(path).blocks * 512);
  // Where folders are kept in memory, one is as large as its number of entries.
  const { folder, owner, log } = runPaths(runsDir, reported('o0-1.1-ab', 1_000_000));
  const each = size(folder) + size(owner) + size(log);
  rmSync(folder, { recursive: true });
  await discard(keys(1, 5), 100, each * 2);
  expect(folders()).toEqual(keys(4, 5));
  expect(runner(100, each * 2).kept().bytes).toBe(each * 2);
  await discard([ended('o6-1.1-ab', 'x'.repeat(100_000))], 100, each * 2);
  expect(folders()).toEqual(keys(6, 6));
});

test('thousands of removals leave a list as short as what is kept', async () => {
  for (const key of keys(100, 399)) ended(key);
  await discard(keys(100, 399), 5);
  expect(folders()).toEqual(keys(395, 399));
  expect(readFileSync(list(), 'utf8').split('\n').filter(Boolean).length).toBeLessThan(80);
});

test('an earlier version’s folders, or a list that is gone: the oldest go first; no sync waits for all', async () => {
  for (const [at, key] of keys(1000, 1699).entries()) reported(key, 1_000_000 + at);
  await discard([ended('o1700-1.1-ab')], 10);
  expect(folders()).toEqual(keys(1500, 1700));
  await discard([ended('o1701-1.1-ab')], 10);
  expect(folders()).toEqual(keys(1692, 1701));
  rmSync(list());
  await discard([ended('o1702-1.1-ab')], 10);
  expect(folders()).toEqual(keys(1693, 1702));
});

test('a line that a power cut left unfinished takes no other with it', async () => {
  for (const key of keys(1, 4)) ended(key);
  await discard(keys(1, 2), 2);
  writeFileSync(list(), `${readFileSync(list(), 'utf8')}o9-1.1`);
  await discard(keys(3, 4), 2);
  expect(folders()).toEqual(keys(3, 4));
});

test('killed between the folder and the list: said again, it counts once', async () => {
  for (const key of keys(1, 3)) ended(key);
  await discard(keys(1, 3), 3);
  await discard(keys(1, 3), 3);
  expect(folders()).toEqual(keys(1, 3));
  expect(runner(3).kept().count).toBe(3);
});

test('a listed run that has not ended, or whose watchdog is on its way out, stays', async () => {
  for (const key of keys(1, 3)) reported(key, 1_000_000);
  writeFileSync(
    list(),
    keys(1, 3)
      .map((key) => `${key} 1\n`)
      .join(''),
  );
  writeFileSync(runPaths(runsDir, 'o1-1.1-ab').spec, '{}');
  await discard([ended('o4-1.1-ab')], 1);
  expect(folders()).toEqual([...keys(1, 1), ...keys(4, 4)]);
});

test.each([
  ['a folder', () => mkdirSync(list())],
  ['a pipe', () => execFileSync('mkfifo', [list()])],
  ['a text that is none', () => writeFileSync(list(), '../../etc 12\n\u0000\n')],
])('%s in the place of the list keeps no run from being reported, and leads nowhere', async (_what, put) => {
  put();
  for (const key of keys(1, 3)) ended(key);
  await discard(keys(1, 3), 2);
  expect(folders().slice(-2)).toEqual(keys(2, 3));
  expect(existsSync(runPaths(runsDir, 'o3-1.1-ab').spec)).toBe(false);
});
