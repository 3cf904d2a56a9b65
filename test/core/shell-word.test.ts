import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { shellWord } from '../../src/core/base/shell-word.ts';

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
