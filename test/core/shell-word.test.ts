import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellWord, shellWords } from '../../src/core/base/shell-word.ts';

test.each([
  '/home/me/My Fleet',
  "it's",
  '$(touch x)',
  'a;b',
  '',
  '~',
  '~/My Fleet',
  '~bob',
  '*',
  '/plain/path',
  'a\nb',
  '#x',
  '!x',
  'ü',
])('what a shell makes of the shown word %j is the word itself, with ~ as the home folder', (word) => {
  const read = execFileSync('sh', ['-c', `printf %s ${shellWord(word)}`], { env: { HOME: '/home/me' }, encoding: 'utf8' });
  expect(read).toBe(word === '~' || word.startsWith('~/') ? word.replace('~', '/home/me') : word);
});

test.each([
  '/home/me/fleet',
  'git@example.com:me/app.git',
  'https://example.com/me/fleet.git',
  '~/app',
])('%s needs no quotes', (word) => {
  expect(shellWord(word)).toBe(word);
});

test.each([
  [['/opt/my node', 'a', "it's", '', "''", 'a\\b']],
  [['x']],
  [[]],
])('the words of a line are those that it was made of: %j', (words) => {
  expect(shellWords(` ${words.map(shellWord).join('  ')} `)).toEqual(words);
});

test('a word may be quoted in part, and by a backslash', () => {
  expect(shellWords(`COORD_HOME='/my home' /a\\ b "/c d"`)).toEqual(['COORD_HOME=/my home', '/a b', '/c d']);
});
