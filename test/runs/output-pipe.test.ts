// The pipe of a command on a system that does not tell of its end (XNU, for a FIFO): here a socket that hears nothing at all stands for that.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CappedLog } from '../../src/runs/capped-log.ts';
import { openOutputPipe } from '../../src/runs/output-pipe.ts';
import { runCommand } from '../../src/runs/run-command.ts';
import { openToAppend } from '../../src/system/files/open-file.ts';

vi.mock('node:net', async (real) => ({
  ...(await real<typeof import('node:net')>()),
  Socket: class extends Readable {
    override _read() {}
  },
}));

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'coord-pipe-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('O9 once those who wrote are gone, all that they wrote is read, and the end is seen', async () => {
  const chunks: Buffer[] = [];
  const pipe = openOutputPipe(folder, (chunk) => chunks.push(chunk));
  const child = spawn('sh', ['-c', 'head -c 50000 /dev/zero; sleep 60 & echo $!'], { stdio: ['ignore', pipe.end, pipe.end] });
  pipe.attach(child);
  let isDrained = false;
  void pipe.drained.then(() => {
    isDrained = true;
  });
  await once(child, 'exit');
  pipe.readRest();
  // What it left behind holds the pipe.
  await new Promise(setImmediate);
  expect(isDrained).toBe(false);
  const said = Buffer.concat(chunks).toString();
  expect(said).toMatch(/^\0{50000}\d+\n$/);
  process.kill(Number(said.slice(50_000)));
  await vi.waitFor(() => {
    pipe.readRest();
    expect(isDrained).toBe(true);
  });
  pipe.close();
  pipe.readRest();
});

test('O9 a command ends with its last word in the log', async () => {
  const path = join(folder, 'log');
  const log = new CappedLog(openToAppend(path), 10_000);
  const limits = { termination: new Promise<never>(() => {}), now: () => null, leaseIsOver: () => false, close: () => {} };
  const around = { key: 'pipe', folder, cwd: folder, env: { PATH: process.env.PATH ?? '' }, graceMs: 100, limits, log };
  const end = await runCommand({ kind: 'line', line: 'echo said; exit 3' }, { ...around, onSpawn: () => {} });
  expect(end).toMatchObject({ exitCode: 3, leftovers: 0 });
  log.close();
  expect(readFileSync(path, 'utf8')).toBe('said\n');
});
