// C5: packing while this machine has claimed what others would take over, by the files on the disk alone.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { forgetPacking, type Packing, packClone } from '../../src/ledger/clone/clone-packing.ts';
import type { GitResult } from '../../src/ledger/git/run-git.ts';

const SPARE_MS = 60_000;
let gitDir: string;
let limits: number[];

beforeEach(() => {
  gitDir = mkdtempSync(join(tmpdir(), 'coord-busy-packing-'));
  mkdirSync(join(gitDir, 'objects', 'pack'), { recursive: true });
  limits = [];
});
afterEach(() => rmSync(gitDir, { recursive: true, force: true }));

function packs(count: number, bytes = 1): void {
  for (let at = 0; at < count; at += 1)
    writeFileSync(join(gitDir, 'objects', 'pack', `pack-${at}.pack`), at === 0 ? 'x'.repeat(bytes) : '');
}

/** What it ran; git does nothing, and one of its commands may fail. */
async function packed(more: Partial<Packing>, fails = ''): Promise<readonly string[]> {
  const did: string[] = [];
  const run = async ([name = '']: readonly string[], msMax: number): Promise<GitResult> => {
    did.push(name);
    limits.push(msMax);
    return { exitCode: name === fails ? 1 : 0, stdout: Buffer.alloc(0), stderr: '', timedOut: false };
  };
  const cut = async () => did.push('cut');
  await packClone(gitDir, { run, cut, smallBytes: 100, ...more });
  return did;
}

test('C5.5 while it has claimed something, the clone is packed only beyond ten times as many packs', async () => {
  packs(51);
  expect(await packed({ spareMs: SPARE_MS })).toEqual([]);
  expect(await packed({ spareMs: null })).toEqual(['gc']);
  packs(501);
  expect(await packed({ spareMs: SPARE_MS })).toEqual(['gc']);
  expect(limits.at(-1)).toBeLessThanOrEqual(SPARE_MS);
  expect(await packed({ spareMs: 0 })).toEqual([]);
});

test('C5.5, C5a while it has claimed something, nothing is cut, and what was shortened waits', async () => {
  packs(501, 120);
  forgetPacking(gitDir);
  expect(await packed({ spareMs: SPARE_MS })).toEqual(['repack', 'prune']);
  expect(await packed({ spareMs: null })).toEqual(['cut', 'gc']);
  packs(501, 400);
  expect(await packed({ spareMs: SPARE_MS })).toEqual(['gc']);
});

test('C5.5 a large clone that was shortened is packed in part while it has claimed something', async () => {
  packs(501, 400);
  forgetPacking(gitDir);
  expect(await packed({ spareMs: SPARE_MS }, 'gc')).toEqual(['repack', 'prune']);
});

test('C5.5 a large clone whose packing was cut short for what it has claimed is packed whole later', async () => {
  packs(501, 400);
  expect(await packed({ spareMs: SPARE_MS }, 'gc')).toEqual(['gc']);
  const later = { nowMs: Date.now() + 7 * 3_600_000 };
  expect(await packed({ spareMs: SPARE_MS, ...later }, 'gc')).toEqual(['repack', 'prune']);
  expect(await packed({ spareMs: null, ...later })).toEqual(['cut', 'gc']);
});

test('C5.5 free time is taken at once after a packing that was cut short; with all its time it waits', async () => {
  packs(501, 400);
  expect(await packed({ spareMs: SPARE_MS }, 'gc')).toEqual(['gc']);
  expect(await packed({ spareMs: SPARE_MS }, 'gc')).toEqual([]);
  expect(await packed({ spareMs: null }, 'gc')).toEqual(['cut', 'gc', 'repack', 'prune']);
  expect(await packed({ spareMs: null })).toEqual([]);
});

test('C5.5 what has grown four times since is packed whole, however much is claimed', async () => {
  packs(501, 400);
  forgetPacking(gitDir);
  expect(await packed({ spareMs: SPARE_MS })).toEqual(['repack', 'prune']);
  packs(501, 1_500);
  expect(await packed({ spareMs: SPARE_MS })).toEqual(['repack', 'prune']);
  packs(501, 1_600);
  expect(await packed({ spareMs: SPARE_MS }, 'gc')).toEqual(['gc', 'repack', 'prune']);
  expect(limits.at(-3)).toBe(Number.POSITIVE_INFINITY);
  // It has taken more than it may already: what follows a failure keeps to the rest.
  expect(limits.at(-2)).toBeLessThanOrEqual(SPARE_MS);
  const later = { nowMs: Date.now() + 7 * 3_600_000 };
  expect(await packed({ spareMs: SPARE_MS, ...later })).toEqual(['repack', 'prune']);
});

test('C5 a packing that is killed over is not begun again by the next sync', async () => {
  packs(51);
  const killed = async () => {
    throw new Error('killed');
  };
  await expect(packClone(gitDir, { run: killed })).rejects.toThrow('killed');
  expect(await packed({})).toEqual([]);
  expect(await packed({ nowMs: Date.now() + 7 * 3_600_000 })).toEqual(['gc']);
});

test('C5 a small clone that cannot be packed whole is packed in part', async () => {
  packs(501);
  expect(await packed({ spareMs: SPARE_MS }, 'gc')).toEqual(['gc', 'repack', 'prune']);
  expect(await packed({ spareMs: null }, 'gc')).toEqual(['gc', 'repack', 'prune']);
});
