// A3: which files an order left, from documents of the fleet folder alone: the newest run of each machine, wherever its list stands by now.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Context } from '../../../src/cli/context.ts';
import type { Artifact } from '../../../src/core/model/orders/artifact.ts';
import { type EndedRun, emptyResults } from '../../../src/core/model/orders/run.ts';
import { shortened, withoutList } from '../../../src/core/runs/journal-retention.ts';
import { renderAllResults } from '../../../src/documents/machine/results-pages.ts';
import { renderRun } from '../../../src/documents/machine/run-history.ts';
import { run } from '../../../src/features/artifacts/commands/artifacts.ts';
import { artifactsOf } from '../../../src/features/artifacts/operations/artifacts-of.ts';
import { type FleetFolder, fleetFolderAt } from '../../../src/system/fleet/fleet-folder.ts';
import { writeIdentity } from '../../../src/system/fleet/identity-file.ts';
import { ended } from '../../core/samples.ts';

let root: string;
let folder: FleetFolder;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'coord-artifacts-of-'));
  folder = fleetFolderAt(root);
  mkdirSync(folder.state);
  writeIdentity(folder, {
    ...{ version: 1, machine: 1, name: 'pc', tags: [], remote: 'x', branch: 'main', namespace: 'custom', path: '' },
    joinedAt: '2026-11-20T22:00:00.000Z',
  });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(folder.projection, path)), { recursive: true });
  writeFileSync(join(folder.projection, path), text);
}

const FILE: Artifact = { name: 'a', size: 3, sha256: 'a'.repeat(64), id: 'b'.repeat(40) };
const left = (id: string, change: Partial<EndedRun> = {}) => ended(id, { artifacts: [FILE], ...change });

function results(machine: number, runs: readonly EndedRun[], older: readonly EndedRun[] = []): void {
  const all = renderAllResults({ ...emptyResults(machine), ended: runs, older: older.map((run) => withoutList(shortened(run))) });
  for (const [path, text] of all) put(path, text);
}

const shown = (id: string) =>
  artifactsOf(folder, id).map(({ machine, order, generation, attempt }) => `${order} ${generation}.${attempt} on ${machine}`);

test('A3 of each machine the newest run that left files counts, of an order and of its occurrences', () => {
  results(1, [
    left('build', { generation: 1 }),
    left('build', { generation: 2 }),
    ended('build', { generation: 3 }),
    left('build', { generation: 4, artifacts: [] }),
  ]);
  results(2, [left('build', { attempt: 2 }), left('build.x')], [left('build', { attempt: 1 })]);
  const [first, second] = ['2026-11-20T03:00:00.000Z', '2026-11-21T03:00:00.000Z'];
  results(3, [
    left('nightly@20261121T0300Z', { finishedAt: second }),
    left('nightly@20261120T0300Z', { generation: 2, finishedAt: first }),
  ]);
  expect(shown('build')).toEqual(['build 2.1 on 1', 'build 1.2 on 2']);
  expect(shown('nightly')).toEqual(['nightly@20261121T0300Z 1.1 on 3']);
  expect(shown('nightly@20261120T0300Z')).toEqual(['nightly@20261120T0300Z 2.1 on 3']);
  expect([shown('buil'), shown('x'), shown('__proto__')]).toEqual([[], [], []]);
});

test('A3, O8a a list that was too long for a short line stands in the history', () => {
  const many = left('build', { artifacts: Array.from({ length: 30 }, (_, at) => ({ ...FILE, name: `file-${at}` })) });
  results(1, [], [many]);
  expect(shown('build')).toEqual([]);
  put('history/1/2026-11.jsonl', `${renderRun(ended('other'))}no run\n${renderRun(many)}`);
  expect(artifactsOf(folder, 'build')[0]?.files).toHaveLength(30);
  put('history/1/2026-11.2.jsonl', renderRun(left('build', { generation: 2 })));
  expect(shown('build')).toEqual(['build 2.1 on 1']);
});

test('A3 it says until when its machine keeps them, by fleet.yaml, and where each is', () => {
  const finishedAt = '2026-11-20T22:00:00.000Z';
  const files = [FILE, { ...FILE, id: undefined, at: 's3://x' }, { ...FILE, id: undefined }];
  results(2, [left('build', { finishedAt, artifacts: files })]);
  put('fleet.yaml', 'keep_artifacts: 2d\n');
  const untilMs = Date.parse('2026-11-22T22:00:00.000Z');
  const shownAt = (nowMs: number) => {
    const [run] = artifactsOf(folder, 'build', nowMs);
    return [run?.until, run?.files.map(({ where }) => where)];
  };
  expect(shownAt(untilMs - 1)).toEqual(['2026-11-22T22:00:00.000Z', ['repo', 'elsewhere', 'elsewhere']]);
  // What an owner's command has put somewhere, coord does not remove.
  expect(shownAt(untilMs)).toEqual(['2026-11-22T22:00:00.000Z', ['expired', 'elsewhere', 'expired']]);
  put('fleet.yaml', 'keep_artifacts: [\n');
  expect(artifactsOf(folder, 'build')[0]?.until).toBe('2026-12-20T22:00:00.000Z');
});

test('A2.5, A3 what its machine need not keep any more is told as expired, and may still be fetched', async () => {
  const said = async (finishedAt: string) => {
    results(2, [left('build', { finishedAt })]);
    const [lines, notes]: [string[], string[]] = [[], []];
    const context = { fleet: () => folder, paint: { bold: String }, out: (line: string) => lines.push(line) };
    await run({ ...context, note: (line: string) => notes.push(line) } as unknown as Context, 'build', {});
    return [lines.at(-1)?.split(/ {2}/).at(-1), notes];
  };
  const notes = ['to fetch them: coord artifacts build --get'];
  expect(await said(new Date().toISOString())).toEqual(['in the repo', notes]);
  expect(await said('2020-01-01T00:00:00.000Z')).toEqual(['expired', notes]);
});

test('C6 nothing behind a link in the fleet folder is read', () => {
  results(2, [left('build')]);
  mkdirSync(join(root, 'behind', '4'), { recursive: true });
  writeFileSync(join(root, 'behind', '4', '2026-11.jsonl'), renderRun(left('build')));
  symlinkSync(join(root, 'behind'), join(folder.projection, 'history'));
  expect(shown('build')).toEqual(['build 1.1 on 2']);
});
