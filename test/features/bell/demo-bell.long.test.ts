import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import { isAlive } from '../../e2e/processes.ts';
import { buildOnce, mainPath } from '../../e2e/program.ts';

const run = promisify(execFile);

beforeAll(buildOnce);

test('the demo with a bell: what one machine asks of another runs there, and nothing is left running', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coord-demo-bell-'));
  try {
    const { stdout } = await run(process.execPath, [mainPath, 'demo', '--bell', '--keep', folder]);
    expect(stdout).toMatch(/connected to ws:\/\/127\.0\.0\.1:\d+/);
    expect(stdout).toContain('online now: 1, 2 and 3');
    expect(stdout).toMatch(/^ {2}done on /m);
    const daemons = [...stdout.matchAll(/started · pid (\d+)/g)].map(([, pid]) => Number(pid));
    expect(daemons).toHaveLength(3);
    expect(daemons.filter(isAlive)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
