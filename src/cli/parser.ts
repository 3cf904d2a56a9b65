// The parser of all commands, made from their descriptors: what help says, and what its words mean.
import { type Argument, Command, InvalidArgumentError, Option } from 'commander';
import { shellWord } from '../core/base/shell-word.ts';
import { CoordError } from '../errors.ts';
import { withoutCredentials } from '../system/git/without-credentials.ts';
import { type CommandDescriptor, type CommandOption, descriptionOf, exitCodesOf, type OptionValue, placeOf } from './command.ts';
import { GROUPS } from './commands.ts';
import { asPerson, type Context, type Run } from './context.ts';
import { afterFleet } from './fleet-words.ts';
import { ALONE } from './quick-words.ts';

/** From the first word that holds an address on: its login may have blanks. */
const ADDRESS = /(?<!\S)\S*:\/\/.*/g;

const usageText = (text: string) => text.replace(/^error: /, 'coord: ').replace(ADDRESS, (typed) => withoutCredentials(typed));

/** Parsing calls `choose` with the command that was asked for; nothing is done before the caller does it. */
export function buildParser(version: string, choose: (run: Run) => void): Command {
  const parser = new Command('coord');
  parser.exitOverride().configureOutput({ outputError: (text, write) => write(usageText(text)) });
  parser
    .description('Coordinate a fleet of computers with nothing but a git repository.')
    .version(version, '-V, --version')
    .addOption(optionOf(['--dir <folder>', 'the fleet folder (default: COORD_DIR, or found upwards from here)']))
    .addOption(optionOf(['--fleet <fleet>', 'a fleet of this computer, by its name, from anywhere: coord use']))
    .showHelpAfterError('(coord --help lists the commands)')
    .helpCommand(false)
    .addHelpText(
      'after',
      `\nMore of a group or a command: coord help <group>, coord help <command>\nGroups: ${GROUPS.map(({ name }) => name).join(', ')}`,
    );
  const made = new Map([['', parser]]);
  for (const { title, commands } of GROUPS)
    for (const descriptor of commands) {
      const place = placeOf(descriptor);
      const above = place.slice(0, Math.max(0, place.lastIndexOf(' ')));
      const parent = made.get(above);
      if (parent === undefined) throw new Error(`bug: coord ${place} stands before the command that it belongs to`);
      const command = addCommand(parent, descriptor, above, choose);
      if (parent === parser) command.helpGroup(`${title}:`);
      made.set(place, command);
    }
  // A line each: what their arguments are, their own help says. Not for those below: they list few.
  return parser.configureHelp({ subcommandTerm: (command) => command.name() });
}

/** `above`: the place of the parent. */
function addCommand(parent: Command, descriptor: CommandDescriptor, above: string, choose: (run: Run) => void): Command {
  const { words, summary, options = [], run, note, noteOnError } = descriptor;
  const { isHidden: hidden = false, isDefault = false, isSigned = false } = descriptor;
  const command = parent.command(words.slice(above.length).trim(), { hidden, isDefault });
  command.summary(summary).description(descriptionOf(descriptor));
  for (const argument of command.registeredArguments) explain(argument, descriptor);
  for (const option of options) command.addOption(optionOf(option));
  const asked = `coord ${placeOf(descriptor)} --help`;
  command.showHelpAfterError(
    noteOnError ?? (run === undefined ? `(${asked} lists the commands)` : `(${asked} says what it takes)`),
  );
  if (note !== undefined) command.addHelpText('after', `\n${note}`);
  const exitCodes = exitCodesOf(descriptor);
  if (exitCodes.length > 0)
    command.addHelpText('after', `\nExit codes:\n${exitCodes.map(([code, why]) => `  ${code.padEnd(8)}  ${why}`).join('\n')}`);
  if (run !== undefined) {
    // Its arguments and options are of the shape that the descriptor names.
    const act = run as (context: Context, ...given: readonly unknown[]) => Promise<number>;
    command.action((...given: readonly unknown[]) => {
      const isForProgram = hidden || command.opts<{ json?: boolean }>().json === true;
      choose(Object.assign((context: Context) => act(isSigned ? asPerson(context) : context, ...given), { isForProgram }));
    });
  }
  return command;
}

function explain(argument: Argument, { arguments: known = {} }: CommandDescriptor): void {
  const { summary = '', choices } = known[argument.name()] ?? {};
  argument.description = summary;
  if (isPlace(argument.name())) argument.argParser((word) => someWord(word, argument.name()));
  if (choices !== undefined) argument.choices(choices);
}

function optionOf([flags, summary, { is, choices, default: value, defaultWords } = {}]: CommandOption): Option {
  const option = new Option(flags, summary);
  if (choices !== undefined) option.choices(choices);
  if (is !== undefined) option.argParser(valueReader(is));
  const [, of = ''] = / [<[](.*)[>\]]$/.exec(flags) ?? [];
  if (isPlace(of)) option.argParser((word) => someWord(word, of));
  return option.default(value, defaultWords ?? (Array.isArray(value) ? value.join(', ') || 'none' : undefined));
}

/** What a word becomes; `before`: what the option had so far. */
function valueReader(is: NonNullable<OptionValue['is']>): (word: string, before: unknown) => unknown {
  if (is === 'list') return listOf;
  if (is === 'repeated') return (word, before) => [...(before as readonly string[]), word];
  return (word) => wholeNumber(word, ...is);
}

function isPlace(name: string): boolean {
  return name === 'folder' || name === 'fleet';
}

/** A variable of the shell that is not set would mean the folder that one stands in. */
function someWord(word: string, what: string): string {
  if (word !== '') return word;
  throw new InvalidArgumentError(`expected a ${what}, found nothing`);
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function wholeNumber(text: string, least: number, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}, found ${text}`);
}

/** Chooses the command that was asked for. Behind its name, an option of its own is meant where one of all commands is called the same. */
export async function parseWords(argv: readonly string[], parser: Command): Promise<void> {
  const [name] = afterFleet(argv).rest;
  const asked = parser.commands.find((command) => command.name() === name);
  const isOfAll = ({ long }: Option) => parser.options.some((option) => option.long === long);
  if (asked?.options.some(isOfAll)) parser.enablePositionalOptions();
  await parser.parseAsync(wholeWords(argv, parser), { from: 'user' });
}

/**
 * The words as the parser wants them. From the first word of a `[command...]` on, all words are that command's, whatever they look like: a `--`
 * stands before it, where nobody has written one. Throws USAGE for an option of `coord order add` that stands there. Where no command is named,
 * ALONE is.
 */
export function wholeWords(argv: readonly string[], parser: Command): readonly string[] {
  let command = parser;
  const options = [...parser.options];
  let operands = 0;
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (word === '--') break;
    if (word.startsWith('-') && word !== '-') {
      // One that nobody knows is for the parser to say.
      if (optionIn(options, word)?.required && !word.includes('=')) at += 1;
      continue;
    }
    const below = operands === 0 ? command.commands.find((one) => one.name() === word) : undefined;
    if (below !== undefined) {
      command = below;
      options.push(...below.options);
      continue;
    }
    operands += 1;
    const place = command.registeredArguments.findIndex((argument) => argument.variadic && argument.name() === 'command');
    if (place < 0) return argv;
    if (operands <= place) continue;
    if (command.name() !== 'run') mustHaveNone(argv, at, [...command.options, ...parser.options.filter(namesFleet)]);
    return [...argv.slice(0, at), '--', ...argv.slice(at)];
  }
  const isAlone =
    command === parser &&
    operands === 0 &&
    !argv.some((word, at) => ASKS_PARSER.includes(word) || (word === '--' && at < argv.length - 1));
  return isAlone ? [ALONE, ...argv] : argv;
}

/** Behind the command of an order it would mean another fleet than the one that gets the order. */
function namesFleet({ long }: Option): boolean {
  return long === '--dir' || long === '--fleet';
}

function optionIn(options: readonly Option[], word: string): Option | undefined {
  const [flag] = word.split('=');
  return options.find(({ long, short }) => flag === long || flag === short);
}

/** It is easily meant for the order, `--approval` above all, and was once taken for it: it is not handed on to the command unasked. */
function mustHaveNone(argv: readonly string[], from: number, options: readonly Option[]): void {
  const [moved, kept]: [string[], string[]] = [[], []];
  let takes = false;
  for (const [at, word] of argv.entries()) {
    if (at < from) continue;
    const option: Option | undefined = takes || kept.includes('--') ? undefined : optionIn(options, word);
    (option === undefined && !takes ? kept : moved).push(word);
    takes = option?.required === true && !word.includes('=');
  }
  const [first] = moved;
  if (first === undefined) return;
  const whole = ['coord', ...argv.slice(0, from), ...moved, '--', ...kept].map(shellWord).join(' ');
  throw new CoordError(
    'USAGE',
    `${first.split('=')[0]} stands behind the command: put it before, or -- before the command`,
    whole.length > SHOWN_MAX ? 'coord order add --help' : whole,
  );
}

/** A longer command line is not said again. */
const SHOWN_MAX = 200;

/** What the parser answers itself. */
const ASKS_PARSER = ['-h', '--help', '-V', '--version'];
