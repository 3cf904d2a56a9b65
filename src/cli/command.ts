// What a command is: its words, what help says of it, its exit codes, and what it does. The parser, help, completion, docs/cli.md and the
// quick path read the same descriptor; commands.ts lists them all.
import type { FleetFolder } from '../system/fleet/fleet-folder.ts';
import type { Context } from './context.ts';
import { type ExitCode, READS } from './exit-codes.ts';

/** Names that only the fleet knows: scripts ask the hidden command for them. */
export const ASKED_NAMES = ['orders', 'machines', 'instances', 'fleets', 'templates'] as const;
/** What may stand there: such names, paths, a fixed list, or anything. */
export type Completion = (typeof ASKED_NAMES)[number] | 'folders' | 'files' | 'nothing' | readonly string[];

/** `-f, --follow`, or `--limit <count>` where it takes a value. */
export type CommandOption = readonly [flags: string, summary: string, value?: OptionValue];

export interface OptionValue {
  /** Words with commas between them, each time one more, or a whole number from … to …; absent = a text. */
  readonly is?: 'list' | 'repeated' | readonly [least: number, most: number];
  readonly choices?: readonly string[];
  readonly default?: unknown;
  /** What help calls that; absent = the value itself. */
  readonly defaultWords?: string;
}

export interface CommandDescriptor {
  /** Its place and its arguments: `bus take <program>`. A group stands in the list before its commands. */
  readonly words: string;
  /** What it does, in a line of a list. */
  readonly summary: string;
  /** A sentence more, without its full stop: its own help shows it behind the summary. */
  readonly details?: string;
  /** A command line, shown behind that. */
  readonly example?: string;
  /** By name, where there is more to say of an argument than its name. */
  readonly arguments?: Readonly<Record<string, { readonly summary?: string; readonly choices?: readonly string[] }>>;
  readonly options?: readonly CommandOption[];
  /** Absent = those of a command that only looks (READS), or none: of a group that does nothing, and of a hidden command. */
  readonly exitCodes?: readonly ExitCode[];
  /** Shown below its options. */
  readonly note?: string;
  /** Shown where its words are wrong, instead of where help is. */
  readonly noteOnError?: string;
  readonly isHidden?: true;
  /** The command of its group that is meant where none is named. */
  readonly isDefault?: true;
  /** What completes an argument or `--option`, where its name alone does not say it. */
  readonly completes?: Readonly<Record<string, Completion>>;
  /** What `completes` may call by that word, where a feature has the names. */
  readonly names?: Readonly<Record<string, (folder: FleetFolder) => Promise<readonly string[]>>>;
  /** Runs when the owner of this computer has just allowed that kind of work. */
  readonly afterAllowing?: string;
  /** With no other words than these flags, it is answered without the parser (quick-words.ts). */
  readonly quickFlags?: readonly string[];
  /** T6: what it records is signed by the key of the person who typed it. */
  readonly isSigned?: true;
  /** Loads what it needs when it is called, with its arguments and then its options; returns the exit code. Absent = a group. */
  readonly run?: (context: Context, ...words: never[]) => Promise<number>;
}

/** What help lists together. */
export interface CommandGroup {
  /** `coord help <name>` shows it. */
  readonly name: string;
  readonly title: string;
  /** In the order in which help lists them, each before its subcommands. */
  readonly commands: readonly CommandDescriptor[];
}

/** `bus take` of `bus take <program>`. */
export function placeOf({ words }: CommandDescriptor): string {
  return words.replace(/ [<[].*$/, '');
}

/** Help, completion and docs/cli.md show it. */
export function isListed({ isHidden }: CommandDescriptor): boolean {
  return isHidden !== true;
}

/** Behind the line of a list: all that is said of it. */
export function descriptionOf({ summary, details, example }: CommandDescriptor): string {
  const whole = details === undefined ? summary : `${summary}. ${details}`;
  return example === undefined ? whole : `${whole}: ${example}`;
}

export function exitCodesOf({ exitCodes, run, isHidden }: CommandDescriptor): readonly ExitCode[] {
  return exitCodes ?? (run === undefined || isHidden ? [] : READS);
}

export const AS_JSON: CommandOption = ['--json', 'as JSON'];
export const RESULT_AS_JSON: CommandOption = ['--json', 'the result as JSON'];
