// Attacks on the machine by what a run leaves in its own folder: whoever opens a pipe waits for a writer, for ever.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createBox, handOut, put } from '../../src/features/bus/operations/box.ts';
import { newestLog } from '../../src/operations/orders/run-log.ts';
import { takeLock } from '../../src/system/files/lock.ts';
import type { FleetFolder } from '../../src/system/fleet/fleet-folder.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coord-pipes-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** In a process of its own, because a read that waits for ever cannot be stopped from within. */
function read(module: string, name: string, ...given: unknown[]): unknown {
  const script = `import { ${name} } from '${new URL(`../../src/${module}.ts`, import.meta.url).pathname}'; console.log(JSON.stringify(await ${name}(...${JSON.stringify(given)}) ?? null));`;
  const runner = join(import.meta.dirname, '../../node_modules/.bin/esbuild');
  const out = join(folder, 'read.mjs');
  execFileSync(runner, ['--bundle', '--platform=node', '--format=esm', `--outfile=${out}`, '--log-level=error'], {
    input: script,
    cwd: import.meta.dirname,
  });
  return JSON.parse(execFileSync(process.execPath, [out], { timeout: 60_000, killSignal: 'SIGKILL' }).toString());
}

test.each([
  ['runs/log-end', 'readLogEnd', { tail: '' }],
  ['runs/run-folder', 'readRecord', null],
])('O9: a pipe in the place of what %s reads keeps nobody waiting', (module, name, nothing) => {
  const path = join(folder, 'file');
  execFileSync('mkfifo', [path]);
  expect(read(module, name, path)).toEqual(nothing);
});

test('a pipe in the place of any small file of coord’s is an error, and keeps nobody waiting', () => {
  const path = join(folder, 'file');
  execFileSync('mkfifo', [path]);
  expect(() => read('system/files/read-if-there', 'readText', path)).toThrow(/EINVAL: neither a file nor a folder/);
  // By a descriptor, from standard input or of the kernel's own nothing waits; COORD_OUTPUT is the run's own.
  const opens = /(?:readFileSync|createReadStream)\((?!0|file\b|'', \{ fd|['`]\/proc)|appendFileSync\((?!env\.)/;
  expect(sourcesWith(opens)).toEqual([]);
});

function sourcesWith(words: RegExp): string[] {
  const here = join(import.meta.dirname, '../../src');
  const sources = readdirSync(here, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return sources.filter((name) => words.test(readFileSync(join(here, name), 'utf8'))).sort();
}

test('a file that is opened by its name is new, or cannot keep its opener waiting, whatever the flags', () => {
  // A folder, which is flushed; a bundle under a name of its own; the pipe that a run's outputs come by.
  const known = ['ledger/history/save-bundle.ts', 'runs/output-pipe.ts', 'system/files/durable-file.ts'];
  expect(sourcesWith(/openSync\((?![^;]*(?:O_(?:EXCL|NONBLOCK)|'wx'))|createWriteStream\(/)).toEqual(known);
});

test('what is written over where it stands lies in a folder of one command or one run, or is a hint', () => {
  expect(sourcesWith(/writeFileSync\((?!file\b)(?![^;]*flag: 'wx')/)).toEqual([
    'cli/commands/look/demo.ts',
    'features/agents/adapters/ask-agent.ts',
    'features/agents/adapters/run-agent.ts',
    'features/hooks/commands/hook.ts',
    'features/trust/operations/check-signatures.ts',
    'features/trust/operations/export-assertion.ts',
    'features/workspaces/adapters/checkout.ts',
    'ledger/clone/number-note.ts',
    'ledger/history/save-bundle.ts',
    'runs/result-files.ts',
    'runs/supervise.ts',
    'system/files/editor.ts',
    'system/runs/run-progress.ts',
  ]);
});

test('a pipe in the place of the daemon’s log, or of what waits beside a lock, keeps nobody waiting', async () => {
  for (const name of ['log', 'lock.last', 'lock.waiting', 'waited', 'program.log']) execFileSync('mkfifo', [join(folder, name)]);
  read('operations/daemon/daemon-log', 'appendToLog', join(folder, 'log'), 'a line');
  expect(() => read('system/files/open-file', 'openToRead', join(folder, 'log'))).toThrow(/EINVAL/);
  read('system/process/waited', 'noteWait', { state: folder, waited: join(folder, 'waited') });
  const lock = await takeLock(join(folder, 'lock'), 0);
  await lock.release(1);
});

test('M8: a pipe or a folder in a box is set aside, and the message behind it is taken', () => {
  const box = { program: 'p', folder: join(folder, 'p') };
  createBox(box);
  const message = (id: string) => ({ id: `p.${id}`, from: '1', to: 'p', at: null, priority: 'normal' as const, body: id });
  for (const id of ['a', 'b', 'c']) put(box, message(id), id, 1_000);
  const [first = '', second = ''] = readdirSync(join(box.folder, 'waiting')).sort();
  for (const name of [first, second]) rmSync(join(box.folder, 'waiting', name));
  execFileSync('mkfifo', [join(box.folder, 'waiting', first)]);
  mkdirSync(join(box.folder, 'waiting', second));
  expect(handOut(box, 2_000, { forMs: 1_000, isStream: false })?.message.body).toBe('c');
  expect(readdirSync(join(box.folder, 'broken')).sort()).toEqual([first, second]);
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
