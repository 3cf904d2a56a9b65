import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
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
      'dist/plain-sync.js',
      'dist/watchdog.js',
      'dist/top.js',
      'dist/mcp.js',
      'dist/coord-hook.cjs',
      'dist/LICENSES.txt',
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

  test('I6 is installed from a clone as it is now, also where older packages lie', () => {
    const clone = join(scratch, 'clone');
    cpSync(unpacked, clone, { recursive: true });
    for (const old of ['0.0.1', '99.0.0']) writeFileSync(join(clone, `git-coord-${old}.tgz`), 'an old one');
    const env = { ...process.env, npm_config_prefix: join(scratch, 'global'), npm_config_ignore_scripts: 'true' };
    execFileSync('npm', ['run', 'install:global', '--silent'], { cwd: clone, env, stdio: 'pipe' });
    const installed = JSON.parse(readFileSync(join(scratch, 'global/lib/node_modules/git-coord/package.json'), 'utf8'));
    expect(installed.version).toBe(JSON.parse(readFileSync(join(clone, 'package.json'), 'utf8')).version);
    expect(readFileSync(join(project, 'README.md'), 'utf8')).toContain('npm run install:global');
  });

  test('needs nothing beside itself: every package is part of it, with its licence', () => {
    const { dependencies } = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8'));
    expect(dependencies).toBeUndefined();
    const scripts = run('find', 'package/dist', '-name', '*.js').trim().split('\n');
    expect(scripts.length).toBeGreaterThan(4);
    const loads = /^(?:import|export)\b[^'"]*["']([^'".][^'"]*)["']|\b(?:import|require)\(["']([^'".][^'"]*)["']\)/gm;
    const isNodes = (name: string) => name.startsWith('node:') || builtinModules.includes(name);
    const outside = scripts.flatMap((path) =>
      [...readFileSync(join(scratch, path), 'utf8').matchAll(loads)]
        .map(([, from, by]) => from ?? by ?? '')
        .filter((name) => !isNodes(name))
        .map((name) => `${path}: ${name}`),
    );
    expect(outside).toEqual([]);
    const licences = readFileSync(join(unpacked, 'dist', 'LICENSES.txt'), 'utf8');
    for (const name of [
      'zod',
      'yaml',
      'commander',
      'proper-lockfile',
      'gray-matter',
      'smol-toml',
      'string-width',
      '@modelcontextprotocol/server',
    ]) {
      expect(licences).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ · .*(MIT|ISC|Copyright|Licen)`, 'ms'));
    }
  });

  test('M5: nothing in it runs code that stands in front matter', () => {
    const scripts = run('find', 'package/dist', '-name', '*.js').trim().split('\n');
    const texts = scripts.map((path) => readFileSync(join(scratch, path), 'utf8')).join('\n');
    expect(texts).not.toMatch(/safeLoad|\beval\(/);
  });

  test('runs as coord and as git coord, and plays the demo with its own watchdog', () => {
    expect(run('coord', '--version')).toBe(run('git', 'coord', '--version'));
    const played = run('coord', 'demo', '--keep', join(scratch, 'demo'));
    expect(played).toContain('finished hello COMPLETED');
    expect(played).toContain('finished disk COMPLETED · finished flaky FAILED (exit code 3)');
  });
});
