import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { StatusOrder } from '../../src/core/model/status/status.ts';
import { withProgressHere } from '../../src/operations/sync/progress-here.ts';
import type { View } from '../../src/operations/sync/view.ts';
import type { FleetFolder } from '../../src/system/fleet/fleet-folder.ts';
import { createProgressWriter, readProgress } from '../../src/system/runs/run-progress.ts';

const folder = mkdtempSync(join(tmpdir(), 'coord-progress-'));
const path = join(folder, 'progress.json');
afterAll(() => rmSync(folder, { recursive: true }));
const said = (last: string) => ({ last, turns: null, costUsd: null });

test('O17 it is written whole, once a second at most, and its last word is not lost', () => {
  const writer = createProgressWriter(path);
  writer.say(said('one'));
  writer.say(said('two'));
  expect(readProgress(path)?.last).toBe('one');
  writer.end();
  expect(readProgress(path)).toMatchObject(said('two'));
  expect(readdirSync(folder)).toEqual(['progress.json']);
});

test('O17 where it cannot be written, or nobody asks, nothing happens', () => {
  for (const where of [undefined, join(folder, 'no', 'such')]) {
    const writer = createProgressWriter(where);
    writer.say(said('x'));
    writer.end();
  }
});

test('O17 a run may put anything there: a link, a folder, too much', () => {
  const at = (name: string) => join(folder, name);
  symlinkSync(path, at('link'));
  mkdirSync(at('folder'));
  writeFileSync(at('large'), readFileSync(path, 'utf8') + ' '.repeat(10_000));
  for (const name of ['link', 'folder', 'large', 'missing']) expect(readProgress(at(name))).toBeNull();
});

test('O17 what runs here is as new as its own files, what runs elsewhere as its machine said', () => {
  const runs = join(folder, 'runs');
  const put = (name: string, last: string, second: number) => {
    mkdirSync(join(runs, name), { recursive: true });
    const at = `2026-11-20T22:00:0${second}.000Z`;
    writeFileSync(join(runs, name, 'progress.json'), JSON.stringify({ ...said(last), at }));
  };
  put('here-1.1-aa', 'attempt 1', 1);
  put('here-1.2-bb', 'attempt 2', 2);
  put('all-1.1-cc', 'mine', 1);
  put('nightly@20261120T0300Z-1.1-dd', 'tonight', 1);
  put('old-1.1-ee', 'over', 1);
  const order = (more: Partial<StatusOrder>): StatusOrder => ({ state: 'IN_PROGRESS', assign: 'any', ...more });
  const old = { ...said('as said'), at: '2026-11-20T21:00:00.000Z' };
  const view = {
    self: { machine: 1 },
    machines: { 1: { runs: ['here', 'all', 'nightly@20261120T0300Z', 'there'] } },
    orders: {
      here: order({ machine: 1, progress: old }),
      there: order({ machine: 2, progress: old }),
      nightly: order({ machine: 1, schedule: '0 3 * * *' }),
      old: order({ machine: 1, state: 'COMPLETED' }),
      all: order({ machines: { 1: { state: 'IN_PROGRESS' }, 2: { state: 'IN_PROGRESS', progress: old } } }),
    },
  } as unknown as View;
  const { orders } = withProgressHere({ runs } as FleetFolder, view);
  expect(orders.here?.progress?.last).toBe('attempt 2');
  expect(orders.there?.progress).toEqual(old);
  expect(orders.nightly?.progress?.last).toBe('tonight');
  expect(orders.old?.progress).toBeUndefined();
  expect(orders.all?.machines?.['1']?.progress?.last).toBe('mine');
  expect(orders.all?.machines?.['2']?.progress).toEqual(old);
  const idle = { ...view, machines: {} };
  expect(withProgressHere({ runs } as FleetFolder, idle)).toBe(idle);
});
