// The words of every command as completion scripts need them, taken from the commander program itself: a new command, option or
// argument completes without a line here. What a value completes to goes by the name that its help gives it.
import type { Command, Option } from 'commander';

/** What may stand there: names that the view knows, paths, a fixed list, or anything. */
export type Completion = 'orders' | 'machines' | 'instances' | 'folders' | 'files' | 'nothing' | readonly string[];

export interface OptionWords {
  /** `-f` and `--follow`. */
  readonly flags: readonly string[];
  /** Null = takes no value. */
  readonly takes: Completion | null;
  readonly summary: string;
}

export interface CommandWords {
  /** `order add`; empty = the program itself. */
  readonly place: string;
  readonly subcommands: readonly { readonly name: string; readonly summary: string }[];
  readonly options: readonly OptionWords[];
  readonly positionals: readonly Completion[];
  /** The last one may be given again. */
  readonly repeats: boolean;
}

/** By `place argument`, where that needs another answer, else by the name of the argument. */
const COMPLETES: Readonly<Record<string, Completion>> = {
  id: 'orders',
  'order add id': 'nothing',
  machine: 'machines',
  instance: 'instances',
  instances: 'instances',
  folder: 'folders',
  path: 'files',
  file: 'files',
  spec: 'files',
  command: 'files',
  'order add --check': 'nothing',
  'order add --after': 'orders',
  'order add --path': 'nothing',
  'allow what': ['shell', 'call', 'agent', 'folder', 'env', 'tool', 'wake', 'mcp'],
  'deny what': ['shell', 'call', 'agent', 'folder', 'env', 'tool', 'wake', 'mcp'],
  'allow value': 'folders',
  'deny value': 'folders',
  'api port number': ['auto'],
};

/** Every command that help shows, the program first. */
export function commandWords(program: Command): readonly CommandWords[] {
  const all: CommandWords[] = [];
  const visit = (command: Command, place: string): void => {
    const helper = command.createHelp();
    const subcommands = helper.visibleCommands(command);
    const positionals = command.registeredArguments.map((argument) => completionOf(place, argument.name(), argument.argChoices));
    all.push({
      place,
      subcommands: subcommands.map((sub) => ({ name: sub.name(), summary: sub.description() })),
      options: helper.visibleOptions(command).map((option) => optionWords(place, option)),
      positionals,
      repeats: command.registeredArguments.at(-1)?.variadic ?? false,
    });
    for (const sub of subcommands) if (sub.name() !== 'help') visit(sub, place === '' ? sub.name() : `${place} ${sub.name()}`);
  };
  visit(program, '');
  return all;
}

function optionWords(place: string, option: Option): OptionWords {
  const flags = [option.short, option.long].filter((flag) => flag !== undefined && flag !== null);
  const value = /[<[]([^\]>.]+)/.exec(option.flags)?.[1];
  const takes = value === undefined ? null : completionOf(place, value, option.argChoices, option.long ?? '');
  return { flags, takes, summary: option.description };
}

function completionOf(place: string, name: string, choices: readonly string[] | undefined, flag?: string): Completion {
  if (choices !== undefined) return choices;
  return COMPLETES[`${place} ${flag ?? name}`] ?? COMPLETES[name] ?? 'nothing';
}
