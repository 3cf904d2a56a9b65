// D9: what project a folder belongs to, from the files that git itself leaves there.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { projectOfFolder } from '../../../src/features/handoff/system/project-of-folder.ts';

const root = mkdtempSync(join(tmpdir(), 'coord-project-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const git = (cwd: string, ...words: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...words], { cwd, stdio: 'pipe' });

test('D9 the remote of the repo names it, in a folder below and in another work tree too', () => {
  const app = join(root, 'checkout');
  mkdirSync(join(app, 'src', 'deep'), { recursive: true });
  git(app, 'init', '-q');
  expect(projectOfFolder(join(app, 'src', 'deep'))).toBe('checkout');
  git(app, 'remote', 'add', 'upstream', 'https://example.com/them/app.git');
  expect(projectOfFolder(app)).toBe('example.com/them/app');
  git(app, 'remote', 'add', 'origin', 'https://me:secret@example.com/me/app.git');
  expect(projectOfFolder(join(app, 'src', 'deep'))).toBe('example.com/me/app');
  git(app, 'commit', '-q', '--allow-empty', '-m', 'one');
  const tree = join(root, 'tree');
  git(app, 'worktree', 'add', '-q', tree);
  expect(projectOfFolder(tree)).toBe('example.com/me/app');
});

test('D9 a repo on a disk by its name, a folder without one by its own, and nothing throws', () => {
  const local = join(root, 'local');
  mkdirSync(local);
  git(local, 'init', '-q');
  git(local, 'remote', 'add', 'origin', '/srv/git/notes.git');
  expect(projectOfFolder(local)).toBe('notes');
  git(local, 'remote', 'set-url', 'origin', 'ftp://me:secret@host.example');
  expect(projectOfFolder(local)).toBe('host.example');
  const plain = join(root, 'plain');
  mkdirSync(plain);
  writeFileSync(join(plain, '.git'), 'no such thing');
  expect(projectOfFolder(plain)).toBe('plain');
  expect(projectOfFolder(join(root, 'gone', 'below'))).toBe('below');
});
