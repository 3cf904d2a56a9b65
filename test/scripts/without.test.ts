import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

test('the kernel and the faces compile without any feature', () => {
  const script = join(import.meta.dirname, '../../scripts/without.mjs');
  const { stdout, status } = spawnSync(process.execPath, [script, 'all'], { encoding: 'utf8' });
  expect([status, stdout]).toEqual([0, 'all: everything compiles without it\n']);
});
