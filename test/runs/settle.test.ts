import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { settle } from '../../src/runs/look-at-run.ts';
import * as owner from '../../src/runs/owner.ts';
import { runPaths } from '../../src/runs/run-folder.ts';
import { exitOf } from './harness.ts';

vi.mock('../../src/runs/owner.ts', { spy: true });

const folder = mkdtempSync(join(tmpdir(), 'coord-settle-'));
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

test('O9: a watchdog that writes its record and goes between two looks has ended, not been interrupted', async () => {
  const paths = runPaths(folder, 'run');
  mkdirSync(paths.folder);
  writeFileSync(paths.owner, JSON.stringify({ void: false, pid: 4_000_000, started: '1', bootId: 'x' }));
  const exit = exitOf({ exitCode: 0, startedAt: '2026-11-20T22:00:00.000Z', finishedAt: '2026-11-20T22:00:01.000Z' });
  vi.mocked(owner.isAlive).mockImplementationOnce(() => {
    writeFileSync(paths.exit, JSON.stringify(exit));
    return false;
  });
  expect(await settle(paths, 'run', true)).toEqual({ kind: 'ended', exit, tail: '', outputs: {} });
});
