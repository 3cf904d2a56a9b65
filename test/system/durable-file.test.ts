import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createExclusively, createFolderDurably, writeDurably, writeWhole } from '../../src/system/files/durable-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coord-durable-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('writeDurably', () => {
  test.each([
    ['durably', writeDurably],
    ['whole', writeWhole],
  ] as const)('%s: creates and replaces a file, private unless told otherwise, and leaves nothing else', (_name, write) => {
    const path = join(folder, 'state.json');
    write(path, 'one');
    write(path, 'zwei — 2');
    expect(readFileSync(path, 'utf8')).toBe('zwei — 2');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    write(path, 'three', 0o644);
    expect(statSync(path).mode & 0o777).toBe(0o644);
    expect(readdirSync(folder)).toEqual(['state.json']);
  });

  test('failures 25: a write that the disk refuses leaves the old file and no temporary one', () => {
    // A file size limit stands in for a full disk: the write starts, and fails half way.
    const path = join(folder, 'state.json');
    writeDurably(path, 'old');
    const source = join(import.meta.dirname, '../../src/system/files/durable-file.ts');
    const script = `import { writeDurably, createExclusively } from ${JSON.stringify(source)};
      process.on('SIGXFSZ', () => {});
      const big = 'x'.repeat(5_000_000);
      for (const write of [() => writeDurably(${JSON.stringify(path)}, big), () => createExclusively(${JSON.stringify(join(folder, 'new'))}, big)])
        try { write(); console.log('written'); } catch (error) { console.log(error.code); }`;
    const bundle = join(folder, '..', `${folder.split('/').pop()}.mjs`);
    const esbuild = join(import.meta.dirname, '../../node_modules/.bin/esbuild');
    const built = spawnSync(esbuild, ['--bundle', '--format=esm', '--platform=node', '--loader=ts', `--outfile=${bundle}`], {
      input: script,
      encoding: 'utf8',
      cwd: join(import.meta.dirname, '../..'),
    });
    try {
      expect(built.stderr).not.toContain('ERROR');
      const run = spawnSync('sh', ['-c', 'ulimit -f 1000; exec "$0" "$1"', process.execPath, bundle], { encoding: 'utf8' });
      expect(run.stdout).toBe('EFBIG\nEFBIG\n');
    } finally {
      rmSync(bundle, { force: true });
    }
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['state.json']);
  });

  test('a target that cannot be replaced leaves no temporary file', () => {
    mkdirSync(join(folder, 'taken'));
    writeFileSync(join(folder, 'taken', 'inside'), '');
    expect(() => writeDurably(join(folder, 'taken'), 'x')).toThrow();
    expect(readdirSync(folder)).toEqual(['taken']);
  });
});

describe('createExclusively', () => {
  test('the first wins, and the others change nothing', () => {
    const path = join(folder, 'owner.json');
    expect(createExclusively(path, 'first')).toBe(true);
    chmodSync(path, 0o400);
    expect(createExclusively(path, 'second')).toBe(false);
    expect(readFileSync(path, 'utf8')).toBe('first');
    expect(readdirSync(folder)).toEqual(['owner.json']);
  });

  test('in a folder that is gone it throws', () => {
    expect(() => createExclusively(join(folder, 'gone', 'owner.json'), 'x')).toThrow(/ENOENT/);
  });
});

test('createFolderDurably makes a private folder and its parents, and may be repeated', () => {
  const path = join(folder, 'a', 'b', 'c');
  createFolderDurably(path);
  createFolderDurably(path);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, 'a')).mode & 0o777).toBe(0o700);
});
