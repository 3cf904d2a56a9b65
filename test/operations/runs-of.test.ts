// The runs of one order as the fleet folder has them: of each occurrence of a template too, and each run once.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type EndedRun, emptyResults } from '../../src/core/model/orders/run.ts';
import { shortened } from '../../src/core/runs/journal-retention.ts';
import { renderAllResults } from '../../src/documents/machine/results-pages.ts';
import { renderRun } from '../../src/documents/machine/run-history.ts';
import { runsOf } from '../../src/operations/search/runs-of.ts';
import { fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { ended } from '../core/samples.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'coord-runs-of-'));
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, text: string): void {
  const place = join(root, 'coordination', path);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, text);
}

function results(machine: number, runs: readonly EndedRun[], older: readonly EndedRun[] = []): void {
  const all = renderAllResults({ ...emptyResults(machine), ended: runs, older: older.map(shortened) });
  for (const [path, text] of all) put(path, text);
}

const at = (minute: number) => `2026-11-20T03:${String(minute).padStart(2, '0')}:10.000Z`;
const said = (id: string, tail: string, change: Partial<EndedRun> = {}) => ended(id, { tail, ...change });
const tails = async (id: string, limit = 20) => (await runsOf(fleetFolderAt(root), id, limit)).map(({ run }) => run?.tail);

test('O12, O19 runs of a schedule and of events are runs of the order that people wrote', async () => {
  results(2, [
    said('nightly@20261120T0301Z', 'first', { finishedAt: at(1) }),
    said('nightly@20261120T0302Z', 'second', { finishedAt: at(2) }),
    said('alarm@1T012345678901234567', 'rang', { finishedAt: at(3) }),
    said('nightly-two@20261120T0304Z', 'other', { finishedAt: at(4) }),
  ]);
  put(
    'history/2/2026-11.jsonl',
    renderRun(said('nightly@20261119T0301Z', 'the day before', { finishedAt: '2026-11-19T03:01:00.000Z' })),
  );
  expect(await tails('nightly')).toEqual(['second', 'first', 'the day before']);
  expect(await tails('nightly', 1)).toEqual(['second']);
  expect(await tails('nightly@20261120T0301Z')).toEqual(['first']);
  expect(await tails('alarm')).toEqual(['rang']);
});

test('O8 runs that end in the same moment are each told; a short record and its full one are one run', async () => {
  const both = [said('tick@20261120T0301Z', 'one'), said('tick@20261120T0302Z', 'two')];
  const twice = [said('again', 'first'), said('again', 'second', { attempt: 2 }), said('again', 'third', { generation: 2 })];
  const moved = said('moved', 'x'.repeat(900));
  results(1, [...both, ...twice], [moved]);
  put('history/1/2026-11.jsonl', renderRun(moved));
  expect((await tails('tick')).sort()).toEqual(['one', 'two']);
  expect(await tails('again')).toEqual(['third', 'second', 'first']);
  expect(await tails('moved')).toEqual([moved.tail]);
});

test('O8, O8a as many short records as are asked for hide no output that the history has', async () => {
  const days = ['2026-10-30', '2026-10-31', '2026-11-01', '2026-11-02'];
  const moved = days.map((day) =>
    said(`nightly@${day.replaceAll('-', '')}T0301Z`, `of ${day}`, { finishedAt: `${day}T03:02:00.000Z` }),
  );
  results(1, [], moved);
  put('history/1/2026-11.jsonl', moved.slice(2).map(renderRun).join(''));
  put('history/1/2026-10.jsonl', moved.slice(0, 2).map(renderRun).join(''));
  const newestFirst = days.map((day) => `of ${day}`).reverse();
  expect(await tails('nightly', 1)).toEqual(newestFirst.slice(0, 1));
  expect(await tails('nightly', 3)).toEqual(newestFirst.slice(0, 3));
  expect(await tails('nightly')).toEqual(newestFirst);
});

test('O8a the newest run is told, whichever machine has it in its history of that month', async () => {
  const history = (machine: number, month: string, tail: string, finishedAt: string) =>
    put(`history/${machine}/${month}.m${machine}.jsonl`, renderRun(said('build', tail, { finishedAt })));
  history(1, '2026-11', 'early', '2026-11-02T00:00:00.000Z');
  history(2, '2026-11', 'late', '2026-11-09T00:00:00.000Z');
  history(1, '2026-10', 'before', '2026-10-09T00:00:00.000Z');
  expect(await tails('build', 1)).toEqual(['late']);
  expect(await tails('build', 3)).toEqual(['late', 'early', 'before']);
  expect((await runsOf(fleetFolderAt(root), 'build', 3, 1)).map(({ run }) => run?.tail)).toEqual(['early', 'before']);
});
