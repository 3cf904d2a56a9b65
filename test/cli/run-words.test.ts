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
  const words = ['send', 'run', 'mac', 'ls', '--priority', 'urgent'];
  expect(
    wholeWords(
      words,
      buildParser('1', () => {}),
    ),
  ).toBe(words);
});

test.each<[words: string, whole: string]>([
  ['order add run mac ls -la', 'order add run -- mac ls -la'],
  ['--dir f order add x --for 2 --env A=b make -j 4', '--dir f order add x --for 2 --env A=b -- make -j 4'],
  ['order add x --for=2 -- make --priority high', 'order add x --for=2 -- make --priority high'],
  ['order add x make -j -- --priority', 'order add x -- make -j -- --priority'],
  ['order add x --use ship', 'order add x --use ship'],
])('coord %s: the command takes the words from its first one on, as that of run', (words, whole) => {
  const parser = buildParser('1', () => {});
  expect(wholeWords(words.split(' '), parser)).toEqual(whole.split(' '));
});

test.each<[words: string, option: string, hint: string]>([
  ['order add x --for pc echo hi --priority high', '--priority', 'order add x --for pc --priority high -- echo hi'],
  // It would go to another fleet than it was meant for.
  ['order add x make --fleet work', '--fleet', 'order add x --fleet work -- make'],
  ['order add x ./deploy --approval --for=2 now', '--approval', 'order add x --approval --for=2 -- ./deploy now'],
])('coord %s: an option of the order behind its command is neither taken nor handed on', (words, option, hint) => {
  const parser = buildParser('1', () => {});
  expect(() => wholeWords(words.split(' '), parser)).toThrow(
    expect.objectContaining({
      code: 'USAGE',
      message: `${option} stands behind the command: put it before, or -- before the command`,
      hint: `coord ${hint}`,
    }),
  );
});
