// What --help says, and docs/cli.md, which is made from the same program.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CommandDescriptor, placeOf } from '../../src/cli/command.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { buildParser, wholeWords } from '../../src/cli/parser.ts';
import { allHelp, exitCodesOf, manual, places } from './manual.ts';

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

const withExample = COMMANDS.filter(({ example }) => example !== undefined);

test.each(withExample.map((one) => [one.example ?? '', one] as const))('%s: the example is that command', async (line, one) => {
  const [coord, ...words] = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
  let chosen = 0;
  const program = buildParser('1', () => {
    chosen += 1;
  });
  await program.parseAsync(wholeWords(words, program), { from: 'user' });
  expect([coord, chosen, `${words.join(' ')} `.startsWith(`${placeOf(one)} `)]).toEqual(['coord', 1, true]);
});

test('a descriptor names nothing but its own arguments and options', () => {
  const strange = ({ words, options = [], arguments: known = {}, completes = {}, quickFlags = [] }: CommandDescriptor) => {
    const named = [...words.matchAll(/[<[]([a-z]+)/g)].map(([, name]) => name ?? '');
    const flags = options.flatMap(([flags]) => flags.match(/--[a-z-]+/g) ?? []);
    return [...Object.keys(known), ...Object.keys(completes), ...quickFlags].filter((it) => ![...named, ...flags].includes(it));
  };
  expect(COMMANDS.flatMap(strange)).toEqual([]);
  expect(new Set(COMMANDS.map(placeOf)).size).toBe(COMMANDS.length);
});

test('hidden commands stay hidden', () => {
  expect(allHelp()).not.toContain('__complete');
});
