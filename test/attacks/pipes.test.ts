// Attacks on the machine by what a run leaves in its own folder: whoever opens a pipe waits for a writer, for ever.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newestLog } from '../../src/operations/orders/run-log.ts';
import type { FleetFolder } from '../../src/system/fleet/fleet-folder.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coord-pipes-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** In a process of its own, because a read that waits for ever cannot be stopped from within. */
function read(module: string, name: string, path: string, ...more: number[]): unknown {
  const script = `import { ${name} } from '${new URL(`../../src/${module}.ts`, import.meta.url).pathname}'; console.log(JSON.stringify(${name}(...${JSON.stringify([path, ...more])})));`;
  const runner = join(import.meta.dirname, '../../node_modules/.bin/esbuild');
  const out = join(folder, 'read.mjs');
  execFileSync(runner, ['--bundle', '--platform=node', '--format=esm', `--outfile=${out}`, '--log-level=error'], {
    input: script,
    cwd: import.meta.dirname,
  });
  return JSON.parse(execFileSync(process.execPath, [out], { timeout: 5_000, killSignal: 'SIGKILL' }).toString());
}

test.each([
  ['runs/log-end', 'readLogEnd', { tail: '' }],
  ['runs/run-folder', 'readRecord', null],
])('O9: a pipe in the place of what %s reads keeps nobody waiting', (module, name, nothing) => {
  const path = join(folder, 'file');
  execFileSync('mkfifo', [path]);
  expect(read(module, name, path)).toEqual(nothing);
});

test('O9: a link in the place of the log shows nobody’s file', () => {
  writeFileSync(join(folder, 'key'), 'secret');
  symlinkSync(join(folder, 'key'), join(folder, 'file'));
  expect(read('runs/log-end', 'readLogEnd', join(folder, 'file'))).toEqual({ tail: '' });
});

test.each([
  ['a pipe', (path: string) => execFileSync('mkfifo', [path])],
  ['a link', (path: string) => symlinkSync('/etc/passwd', path)],
])('O9: %s in the place of a log is no log for those who ask for it, the daemon’s API among them', (_, put) => {
  const run = join(folder, 'job-1.1-abc');
  mkdirSync(run);
  put(join(run, 'output.log'));
  expect(newestLog({ runs: folder } as FleetFolder, 'job')).toBeNull();
});

test('O9: a log that becomes a pipe while somebody looks keeps nobody waiting', () => {
  execFileSync('mkfifo', [join(folder, 'file')]);
  expect(read('operations/orders/log-end', 'endOfLog', join(folder, 'file'), 100)).toBe('');
});
