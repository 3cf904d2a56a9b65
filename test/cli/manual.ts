// docs/cli.md and the text of every --help, made from the program itself. A test keeps both files as they come out of here.
import type { Command } from 'commander';
import { exitCodesOf as codesOf, placeOf } from '../../src/cli/command.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import type { ExitCode } from '../../src/cli/exit-codes.ts';
import { buildParser } from '../../src/cli/parser.ts';

interface Place {
  /** `order add`; empty = the program. */
  readonly words: string;
  readonly command: Command;
}

/** The program and every command that help shows, in its order. */
export function places(): readonly Place[] {
  const all: Place[] = [];
  const visit = (command: Command, words: string): void => {
    all.push({ words, command });
    for (const sub of command.createHelp().visibleCommands(command))
      if (command.commands.includes(sub)) visit(sub, `${words} ${sub.name()}`.trim());
  };
  visit(
    buildParser('0.0.0', () => {}),
    '',
  );
  return all;
}

/** By `order add`; empty for a group of commands. */
export function exitCodesOf(place: string): readonly ExitCode[] {
  const command = COMMANDS.find((one) => placeOf(one) === place);
  return command === undefined ? [] : codesOf(command);
}

/** What --help says behind the options. */
function noteOf(place: string): string {
  const note = COMMANDS.find((one) => placeOf(one) === place)?.note;
  return note === undefined ? '' : `${markdown(note)}\n`;
}

/** Every --help, one after the other, as a terminal of 100 columns shows it. */
export function allHelp(): string {
  return places()
    .map(({ words, command }) => `$ ${`coord ${words}`.trim()} --help\n${helpOf(command)}`)
    .join('\n');
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (words) => {
      text += words;
    },
    getOutHelpWidth: () => 100,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return text;
}

const HEAD = `# The command line

Made from the program: \`npx vitest run test/cli -u\` writes this page anew. \`coord <command> --help\` says the same.

Commands act on the fleet folder that \`--dir\` names, else the fleet of this computer that \`--fleet\` names, else \`COORD_DIR\`, else the
folder found upwards from the current one. Where there is none, they act on the default fleet of this computer (\`coord use\`), or on the only
one, and say which it is on standard error, unless they print JSON. \`coord leave\`, \`adopt\`, \`service remove\`, \`cron remove\` and \`mcp\`, and
whatever coord itself has started (local services, commands that alert people) never do that; a run of an order acts on its own fleet there.
What others are to read goes to standard output; warnings and what is under way go to standard error. Off a terminal there is
no colour, no prompt and no progress line; \`NO_COLOR\` takes the colour away on one.

Exit code 70 is a bug in coord, whatever the command. The others are listed with each.
`;

/** The text of docs/cli.md. */
export function manual(): string {
  return [HEAD, ...places().map(section)].join('\n');
}

function section({ words, command }: Place): string {
  const helper = command.createHelp();
  const subcommands = helper.visibleCommands(command).filter((sub) => command.commands.includes(sub));
  const groups = helper.groupItems([...command.commands], subcommands, (sub) => sub.helpGroup());
  const options = helper.visibleOptions(command).filter((option) => option.long !== '--help');
  const codes = exitCodesOf(words);
  return [
    `## ${`coord ${words}`.trim()}\n`,
    `${markdown(helper.commandDescription(command))}\n`,
    `    ${helper.commandUsage(command)}\n`,
    ...[...groups].map(([heading, members]) =>
      table(
        [heading === '' ? 'command' : heading.replace(/:$/, ''), 'what it does'],
        members.map((sub) => [`[\`${sub.name()}\`](#${`coord ${words} ${sub.name()}`.replaceAll(/ +/g, '-')})`, sub.summary()]),
      ),
    ),
    table(
      ['argument', 'meaning'],
      helper
        .visibleArguments(command)
        .map((argument) => [`\`${helper.argumentTerm(argument)}\``, helper.argumentDescription(argument)]),
    ),
    table(
      ['option', 'meaning'],
      options.map((option) => [`\`${option.flags}\``, helper.optionDescription(option)]),
    ),
    table(
      ['exit code', 'meaning'],
      codes.map(([code, meaning]) => [code, meaning]),
    ),
    noteOf(words),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function table(head: readonly [string, string], rows: readonly (readonly [string, string])[]): string {
  if (rows.length === 0) return '';
  const lines = rows.map(([left, right]) => `| ${left.replaceAll('|', '\\|')} | ${markdown(right)} |`);
  return `| ${head.join(' | ')} |\n|---|---|\n${lines.join('\n')}\n`;
}

/** Text that Markdown shows as it is. */
function markdown(text: string): string {
  return text.replaceAll(/[\\`*_<>|]/g, '\\$&');
}
