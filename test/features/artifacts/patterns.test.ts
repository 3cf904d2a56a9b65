// A1: which files a pattern means, in time that no pattern makes long.
import { expect, test } from 'vitest';
import { begin, enter, type Progress } from '../../../src/features/artifacts/rules/patterns.ts';

/** Whether a file at that path is meant, entering each folder as the search does. */
function isMeant(patterns: readonly string[], path: string): boolean {
  let progress: Progress = begin(patterns);
  const parts = path.split('/');
  for (const [at, part] of parts.entries()) {
    const step = enter(progress, part);
    if (step === null) return false;
    if (at === parts.length - 1) return step.isMeant;
    progress = step.below;
  }
  return false;
}

test.each<[pattern: string, meant: readonly string[], others: readonly string[]]>([
  ['dist/*.tgz', ['dist/a.tgz'], ['dist/a.tgz.sig', 'a.tgz', 'dist/x/a.tgz', 'dist/.a.tgz']],
  ['report.html', ['report.html'], ['x/report.html', 'Report.html']],
  ['**/*.log', ['a.log', 'x/y/a.log', 'old.log/inside'], ['a.txt', '.git/a.log', 'x/.y/a.log']],
  ['dist/**', ['dist/a', 'dist/x/y'], ['dist2/a', 'a']],
  ['dist', ['dist', 'dist/x/y'], ['x/dist', 'dist/.x']],
  ['dist/', ['dist/x/y'], ['disty']],
  ['./a/?.txt', ['a/1.txt', 'a/é.txt', 'a/😀.txt'], ['a/12.txt', 'a/.txt']],
  ['.cache/*', ['.cache/a'], ['.cache/.a', 'cache/a']],
  ['a/**/b/*c', ['a/b/c', 'a/x/y/b/abc'], ['a/x/c', 'b/c']],
  ['*a*b*', ['ab', 'xaybz'], ['ba', 'a']],
  ['**', ['a', 'x/y'], ['.a', 'x/.y']],
])('A1 %s', (pattern, meant, others) => {
  for (const path of meant) expect([path, isMeant([pattern], path)]).toEqual([path, true]);
  for (const path of others) expect([path, isMeant([pattern], path)]).toEqual([path, false]);
});

test('A1 of several patterns one is enough, and a folder in which none can match is not looked into', () => {
  const patterns = ['a/x.txt', 'b/**/y', 'c'];
  expect([isMeant(patterns, 'a/x.txt'), isMeant(patterns, 'b/1/2/y'), isMeant(patterns, 'c/d')]).toEqual([true, true, true]);
  expect(enter(begin(patterns), 'node_modules')).toBeNull();
  expect(enter(begin(['dist/*']), 'src')).toBeNull();
});

test('A1 no pattern takes longer than its length times the name', () => {
  const began = performance.now();
  for (const pattern of ['*a'.repeat(100), `${'**/'.repeat(66)}b`, '?*'.repeat(100)])
    for (let count = 0; count < 20; count += 1) isMeant([pattern], Array(40).fill('a'.repeat(200)).join('/'));
  // As a regular expression, the first alone takes longer than anybody waits.
  expect(performance.now() - began).toBeLessThan(20_000);
});
