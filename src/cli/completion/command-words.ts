// The words of every command as completion scripts need them, taken from the commander program itself: a new command, option or
// argument completes without a line here. What a value completes to goes by the name that its help gives it, unless its descriptor says more.
import type { Command, Option } from 'commander';
import { type CommandDescriptor, type Completion, placeOf } from '../command.ts';

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

/** By the name of the argument. */
const COMPLETES: Readonly<Record<string, Completion>> = {
  id: 'orders',
  ids: 'orders',
  machine: 'machines',
  instance: 'instances',
  instances: 'instances',
  fleet: 'fleets',
  template: 'templates',
  folder: 'folders',
  path: 'files',
  file: 'files',
  spec: 'files',
  command: 'files',
};

/** Every command that help shows, the program first. */
export function commandWords(parser: Command, descriptors: readonly CommandDescriptor[]): readonly CommandWords[] {
  const all: CommandWords[] = [];
  const completes = new Map(descriptors.map((one) => [placeOf(one), one.completes ?? {}]));
  const visit = (command: Command, place: string): void => {
    const helper = command.createHelp();
    const subcommands = helper.visibleCommands(command);
    const own = completes.get(place) ?? {};
    const positionals = command.registeredArguments.map((argument) => completionOf(own, argument.name(), argument.argChoices));
    all.push({
      place,
      subcommands: subcommands.map((sub) => ({ name: sub.name(), summary: sub.summary() || sub.description() })),
      options: helper.visibleOptions(command).map((option) => optionWords(own, option)),
      positionals,
      repeats: command.registeredArguments.at(-1)?.variadic ?? false,
    });
    for (const sub of subcommands)
      if (command.commands.includes(sub)) visit(sub, place === '' ? sub.name() : `${place} ${sub.name()}`);
  };
  visit(parser, '');
  return all;
}

type Completes = NonNullable<CommandDescriptor['completes']>;

function optionWords(own: Completes, option: Option): OptionWords {
  const flags = [option.short, option.long].filter((flag) => flag !== undefined && flag !== null);
  const value = /[<[]([^\]>.]+)/.exec(option.flags)?.[1];
  const takes = value === undefined ? null : completionOf(own, value, option.argChoices, option.long ?? '');
  return { flags, takes, summary: option.description };
}

function completionOf(own: Completes, name: string, choices: readonly string[] | undefined, flag?: string): Completion {
  return choices ?? own[flag ?? name] ?? COMPLETES[name] ?? 'nothing';
}
