// What --help says, and docs/cli.md, which is made from the same program.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exitCodesOf } from '../../src/cli/exit-codes.ts';
import { allHelp, manual, places } from './manual.ts';

const project = join(import.meta.dirname, '..', '..');

test('every --help, word for word', async () => {
  await expect(allHelp()).toMatchFileSnapshot(join(project, 'test', 'golden', 'help.txt'));
});

test('docs/cli.md says what the program says', async () => {
  await expect(manual()).toMatchFileSnapshot(join(project, 'docs', 'cli.md'));
});

test('every command has a description and says its exit codes', () => {
  for (const { words, command } of places()) {
    expect(command.description(), words).not.toBe('');
    if (command.commands.length === 0) expect(exitCodesOf(words), words).not.toEqual([]);
  }
});

test('hidden commands stay hidden', () => {
  expect(allHelp()).not.toContain('__complete');
});
