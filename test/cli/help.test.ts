// What --help says, and docs/cli.md, which is made from the same program.
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { type CommandDescriptor, isListed, placeOf } from '../../src/cli/command.ts';
import { COMMANDS, GROUPS } from '../../src/cli/commands.ts';
import type { Context, Run } from '../../src/cli/context.ts';
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

test('every command is a line of coord --help on a terminal of 80 columns, in its group', () => {
  const parser = buildParser('1', () => {});
  let text = '';
  parser.configureOutput({ writeOut: (words) => (text += words), getOutHelpWidth: () => 80, getOutHasColors: () => false });
  parser.outputHelp();
  for (const { name, title, commands } of GROUPS) {
    const listed = commands.filter((one) => isListed(one) && !placeOf(one).includes(' '));
    const [, block = ''] = text.split(`\n${title}:\n`);
    const lines = (block.split('\n\n')[0] ?? '').split('\n');
    expect(lines.map((line) => line.trim().replace(/ {2,}/, ' · '))).toEqual(
      listed.map((one) => `${placeOf(one)} · ${one.summary}`),
    );
    expect(text).toMatch(new RegExp(`^Groups: .*\\b${name}\\b`, 'm'));
  }
});

test.each<[words: readonly string[], said: RegExp]>([
  [
    ['orders'],
    /^Orders:\n[\s\S]*^ {2}coord run <machine> <command...> {2,}Run a command on a machine[\s\S]*^ {2}coord order add <id>/m,
  ],
  [['machine'], /^This machine:\n/],
  [['order'], /^Usage: coord order \[options\] \[command\]\n/],
  [['order', 'add'], /^Usage: coord order add /],
  [['help'], /^Usage: coord help /],
  [[], /^Usage: coord \[options\]/],
])('coord help %j', async (words, said) => {
  expect(await helpOn(words)).toMatch(said);
});

test.each<[words: readonly string[]]>([
  [['nothing']],
  [['order', 'nothing']],
  [['orders', 'add']],
  [['__complete']],
])('coord help %j: what is not there is named, with what is', async (words) => {
  const known = GROUPS.map(({ name }) => name).join(', ');
  const message = `no help on ${words.join(' ')}: expected a command, or one of ${known}`;
  await expect(helpOn(words)).rejects.toMatchObject({ code: 'USAGE', message, hint: 'coord --help' });
});

/** What it prints. */
async function helpOn(words: readonly string[]): Promise<string> {
  let text = '';
  let run: Run = () => Promise.reject(new Error('no command'));
  const parser = buildParser('1', (chosen) => {
    run = chosen;
  });
  const writes = (command: Command): void => {
    command.configureOutput({ writeOut: (words) => (text += words) });
    for (const sub of command.commands) writes(sub);
  };
  writes(parser);
  await parser.parseAsync(['help', ...words], { from: 'user' });
  await run({ out: (line: string) => (text += `${line}\n`) } as unknown as Context);
  return text;
}

test.each<[words: readonly string[], hint: string]>([
  [['import', 'crontab'], 'coord import --help says what it takes'],
  [['order', 'cancell', '--wrong'], 'coord order --help lists the commands'],
  [['order', 'show'], 'coord order show --help says what it takes'],
  [['frobnicate'], 'coord --help lists the commands'],
])('coord %j: wrong words are answered with the help that fits', async (words, hint) => {
  let text = '';
  const parser = buildParser('1', () => undefined);
  const writes = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: (words) => (text += words) });
    for (const sub of command.commands) writes(sub);
  };
  writes(parser);
  await expect(parser.parseAsync([...words], { from: 'user' })).rejects.toThrow();
  expect(text).toContain(`(${hint})\n`);
});

test('hidden commands stay hidden', () => {
  expect(allHelp()).not.toContain('__complete');
});
