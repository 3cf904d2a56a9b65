import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const run = promisify(execFile);
const entry = join(import.meta.dirname, '..', '..', 'scripts', 'bench.mjs');
const bench = (...args: readonly string[]) => run(process.execPath, [entry, ...args]);

describe('npm run bench', () => {
  test('measures what is asked for, and prints one table with limits and comparisons', async () => {
    const { stdout } = await bench('--quick', '--only', 'idle', '--only', 'history');
    const table = stdout.replaceAll(/\s+/g, ' ');
    expect(table).toContain('what measured at most beside');
    expect(table).toMatch(/an idle cycle, warm .*\d git commands? .*\d\.\d\d × `git fetch` .* (ok|over) /);
    expect(table).toMatch(/10 machines, .*\d K?B packed, .* \d+ commits/);
    expect(table).toMatch(/\d+ cores.*, git \d.*, node \d/);
    expect(table).not.toMatch(/NaN|undefined/);
  });

  test('names what can be measured, and refuses to write what is less exact', async () => {
    await expect(bench('--only', 'speed')).rejects.toMatchObject({
      code: 64,
      stderr: expect.stringContaining('crowd, heartbeat'),
    });
    for (const words of [
      ['--quick', '--write'],
      ['--minutes', '0'],
    ])
      await expect(bench(...words)).rejects.toMatchObject({ code: 64 });
  });
});
