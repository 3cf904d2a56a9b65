import { expect, test } from 'vitest';
import type { Run } from '../../src/cli/context.ts';
import { buildParser, wholeWords } from '../../src/cli/parser.ts';

const parsed = async (words: readonly string[]): Promise<readonly unknown[]> => {
  const program = buildParser('1', (_: Run) => {});
  let seen: readonly unknown[] = [];
  program.commands
    .find((command) => command.name() === 'run')
    ?.action((machine: string, command: string[], options: object) => {
      seen = [machine, command, options, program.opts()];
    });
  await program.parseAsync(wholeWords(words, program), { from: 'user' });
  return seen;
};

test.each<[words: string, expected: readonly unknown[]]>([
  ['run mac ls -la', ['mac', ['ls', '-la'], {}, {}]],
  ['run mac ls --help', ['mac', ['ls', '--help'], {}, {}]],
  ['run mac git log -- file', ['mac', ['git', 'log', '--', 'file'], {}, {}]],
  ['run mac docker run --timeout 5', ['mac', ['docker', 'run', '--timeout', '5'], {}, {}]],
  ['run --timeout 5m mac sleep -h', ['mac', ['sleep', '-h'], { timeout: '5m' }, {}]],
  ['run --timeout=5m --cwd ~ mac ls --dir x', ['mac', ['ls', '--dir', 'x'], { timeout: '5m', cwd: '~' }, {}]],
  ['--dir f run mac ls -la', ['mac', ['ls', '-la'], {}, { dir: 'f' }]],
  ['run --dir f mac ls -la', ['mac', ['ls', '-la'], {}, { dir: 'f' }]],
  ['run mac -- ls -la', ['mac', ['ls', '-la'], {}, {}]],
  ['run mac --timeout 5m -- ls -la', ['mac', ['ls', '-la'], { timeout: '5m' }, {}]],
  ['run -- mac ls -la', ['mac', ['ls', '-la'], {}, {}]],
])('coord %s: everything from the command on is the command, and -- still works', async (words, expected) => {
  expect(await parsed(words.split(' '))).toEqual(expected);
});

test.each<[words: readonly string[], whole: readonly string[]]>([
  [[], ['overview']],
  [['--json'], ['overview', '--json']],
  [
    ['--dir', 'f', '--json'],
    ['overview', '--dir', 'f', '--json'],
  ],
  [['--'], ['overview', '--']],
  [['--help'], ['--help']],
  [
    ['--dir', 'f', '-h'],
    ['--dir', 'f', '-h'],
  ],
  [['-V'], ['-V']],
  [
    ['--', 'status'],
    ['--', 'status'],
  ],
])('coord %j: without a command it is the overview', (words, whole) => {
  const parser = buildParser('1', () => {});
  expect(wholeWords(words, parser)).toEqual(whole);
});

test('words of other commands stay as they are', () => {
  const words = ['order', 'add', 'run', 'mac', 'ls', '-la'];
  expect(
    wholeWords(
      words,
      buildParser('1', () => {}),
    ),
  ).toBe(words);
});
