// Which log of this machine is shown for an order, and whether newer runs are known than the one that wrote it.
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StatusOrder } from '../../src/core/model/status/status.ts';
import { renderRun } from '../../src/documents/machine/run-history.ts';
import { logHere } from '../../src/operations/orders/log-here.ts';
import { VIEW_FORM } from '../../src/operations/sync/view.ts';
import { type FleetFolder, fleetFolderAt } from '../../src/system/fleet/fleet-folder.ts';
import { writeIdentity } from '../../src/system/fleet/identity-file.ts';
import { ended, T0_MS } from '../core/samples.ts';

let root = '';
let folder: FleetFolder;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'coord-log-here-'));
  folder = fleetFolderAt(root);
  mkdirSync(folder.state);
  writeIdentity(folder, {
    ...{ version: 1, machine: 1, name: 'pc', tags: [], remote: 'x', branch: 'main', namespace: 'custom', path: '' },
    joinedAt: '2026-11-20T22:00:00.000Z',
  });
});
afterEach(() => rmSync(root, { recursive: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

const listed = (orders: Record<string, Partial<StatusOrder>>) =>
  put(folder.view, JSON.stringify({ form: VIEW_FORM, machines: {}, orders, self: { machine: 1 }, sync: {} }));
const reported = (machine: number, ...runs: Parameters<typeof ended>[]) =>
  put(join(folder.projection, `history/${machine}/2026-11.jsonl`), runs.map((run) => renderRun(ended(...run))).join(''));

/** `run`: order, generation and attempt, as the runner names its folder. */
function log(run: string, writtenMs = T0_MS, isReported = true): void {
  const path = join(folder.runs, `${run}-abc`, 'output.log');
  put(path, 'said');
  if (!isReported) put(join(dirname(path), 'spec.json'), '{}');
  utimesSync(path, writtenMs / 1000, writtenMs / 1000);
}

const shown = async (id: string) => {
  const found = await logHere(folder, id);
  return found === null ? null : [`${found.run.order} ${found.run.generation}.${found.run.attempt}`, found.isNewest];
};
const LATER = { finishedAt: '2026-11-20T23:00:00.000Z' };

test('O9 a log is that of the newest run, unless a higher one was reported, or is listed', async () => {
  log('build-1.1');
  reported(1, ['build', { tail: 'said' }]);
  expect(await shown('build')).toEqual(['build 1.1', true]);
  listed({ build: { state: 'QUEUED', generation: 2 } });
  expect(await shown('build')).toEqual(['build 1.1', false]);
  listed({ build: { state: 'IN_PROGRESS', attempt: 2, machine: 2 } });
  expect(await shown('build')).toEqual(['build 1.1', false]);
  listed({ build: { state: 'COMPLETED', attempt: 1, machine: 1 } });
  reported(2, ['build', { attempt: 2, ...LATER }]);
  expect(await shown('build')).toEqual(['build 1.1', false]);
  // It has output, of which the end is known.
  reported(2, ['build', { attempt: 2, tail: 'more', ...LATER }], ['build', { attempt: 3, ...LATER }]);
  expect(await shown('build')).toBeNull();
  // Others know nothing of it yet.
  log('build-1.4', T0_MS, false);
  expect(await shown('build')).toEqual(['build 1.4', true]);
});

test('O9 of an order for all, and of one that is not listed, the run here counts', async () => {
  log('each-1.1');
  reported(1, ['each', { tail: 'said' }]);
  reported(2, ['each', { attempt: 2, tail: 'there', ...LATER }]);
  expect(await shown('each')).toEqual(['each 1.1', true]);
  listed({
    each: { state: 'COMPLETED', machines: { 1: { state: 'COMPLETED', attempt: 1 }, 2: { state: 'COMPLETED', attempt: 2 } } },
  });
  expect(await shown('each')).toEqual(['each 1.1', true]);
  listed({ each: { state: 'COMPLETED', machine: 2, attempt: 2 } });
  expect(await shown('each')).toBeNull();
});

test('O12, O19 between occurrences the later one is newer, whatever its attempt', async () => {
  const [first, second] = ['tick@20261120T0301Z', 'tick@20261120T0302Z'];
  log(`${first}-1.2`);
  log(`${second}-1.1`);
  listed({ tick: { state: 'COMPLETED', schedule: '* * * * *', machine: 1, attempt: 1 } });
  expect(await shown('tick')).toEqual([`${second} 1.1`, true]);
  reported(1, ['tick@20261120T0303Z', LATER]);
  expect(await shown('tick')).toEqual([`${second} 1.1`, false]);
  const [one, two] = ['ring@1T012345678901234567', 'ring@1T000000000000000001'];
  log(`${one}-1.2`, T0_MS);
  log(`${two}-1.1`, T0_MS + 1000);
  expect(await shown('ring')).toEqual([`${two} 1.1`, true]);
  reported(1, ['ring@1T000000000000000002', LATER]);
  expect(await shown('ring')).toEqual([`${two} 1.1`, false]);
});
