// coord help
import { shellWord } from '../../../core/base/shell-word.ts';
import { CoordError, EXIT } from '../../../errors.ts';
import { type CommandGroup, isListed, placeOf } from '../../command.ts';
import type { Context } from '../../context.ts';
import { columns } from '../../output/table.ts';

/** A command as it was parsed. */
interface Parsed {
  readonly parent: Parsed | null;
  readonly commands: readonly Parsed[];
  name(): string;
  outputHelp(): void;
}

/** `self`: this command. A command comes before a group of the same name. */
export async function run(
  context: Context,
  self: Parsed,
  groups: readonly CommandGroup[],
  words: readonly string[],
): Promise<number> {
  const all = groups.flatMap(({ commands }) => commands);
  const isShown = words.length === 0 || all.some((one) => isListed(one) && placeOf(one) === words.join(' '));
  const below = (command: Parsed | undefined, word: string) => command?.commands.find((one) => one.name() === word);
  const found = isShown ? words.reduce<Parsed | undefined>(below, self.parent ?? self) : undefined;
  const group = groups.find(({ name }) => words.length === 1 && name === words[0]);
  if (found !== undefined) found.outputHelp();
  else if (group !== undefined) for (const line of groupLines(group)) context.out(line);
  else {
    const known = groups.map(({ name }) => name).join(', ');
    throw new CoordError('USAGE', `no help on ${words.join(' ')}: expected a command, or one of ${known}`, 'coord --help');
  }
  return EXIT.done;
}

/** Its commands and what stands below them, a line each. */
function groupLines({ title, commands }: CommandGroup): readonly string[] {
  const rows = commands.filter(isListed).map((one): [string, string] => [`  coord ${one.words}`, one.summary]);
  const [first] = commands.map(placeOf);
  return [`${title}:`, ...columns(rows), '', `All about one of them: coord help ${shellWord(first ?? title)}`];
}
