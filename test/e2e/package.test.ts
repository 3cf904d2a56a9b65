import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const project = join(import.meta.dirname, '..', '..');
const scratch = mkdtempSync(join(tmpdir(), 'coord-pack-'));
const unpacked = join(scratch, 'package');
const bin = join(scratch, 'bin');

beforeAll(() => {
  // npm test has built dist/ already; the network is not needed.
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', scratch], { cwd: project });
  execFileSync('sh', ['-c', 'tar -xzf git-coord-*.tgz'], { cwd: scratch });
  symlinkSync(join(project, 'node_modules'), join(scratch, 'node_modules'));
  mkdirSync(bin);
  for (const name of ['coord', 'git-coord']) symlinkSync(join(unpacked, 'dist', 'main.js'), join(bin, name));
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const run = (command: string, ...args: readonly string[]) =>
  execFileSync(command, args, { cwd: scratch, encoding: 'utf8', env: { ...process.env, PATH: `${bin}:${process.env.PATH}` } });

describe('the npm package', () => {
  test('holds what a user needs and nothing of the workshop', () => {
    const files = run('find', 'package', '-type', 'f')
      .trim()
      .split('\n')
      .map((path) => path.replace('package/', ''));
    for (const wanted of [
      'dist/main.js',
      'dist/watchdog.js',
      'dist/zod.js',
      'dist/zod.LICENSE',
      'dist/top.js',
      'dist/ink.js',
      'dist/ink.LICENSES.txt',
      'dist/node-cron.LICENSE.md',
      'README.md',
      'LICENSE',
      'CHANGELOG.md',
      'docs/orders.md',
      'docs/protocol.md',
    ]) {
      expect(files).toContain(wanted);
    }
    expect(files.filter((path) => /^(src|test|scripts|\.ci)\//.test(path))).toEqual([]);
  });

  test('some packages lie in the program itself: nothing of it loads them from outside', () => {
    const scripts = run('find', 'package/dist', '-name', '*.js').trim().split('\n');
    expect(scripts.length).toBeGreaterThan(4);
    const loads = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)["'](zod|node-cron|ink|react|string-width)(?:\/[^"']*)?["']/;
    const loading = scripts.flatMap((path) => {
      const found = loads.exec(readFileSync(join(scratch, path), 'utf8'))?.[1];
      return found === undefined ? [] : [`${path}: ${found}`];
    });
    expect(loading).toEqual([]);
    expect(run('sh', '-c', 'grep -lE "from *.\\.\\./zod\\.js" package/dist/chunks/*.js')).not.toBe('');
  });

  test('runs as coord and as git coord, and plays the demo with its own watchdog', () => {
    expect(run('coord', '--version')).toBe(run('git', 'coord', '--version'));
    const played = run('coord', 'demo', '--keep', join(scratch, 'demo'));
    expect(played).toContain('finished hello COMPLETED');
    expect(played).toContain('finished disk COMPLETED · finished flaky FAILED (exit code 3)');
  });
});
