// `coord run mac ls -la`: from the first word of the command on, all words are the command's, whatever they look like.
import type { Command } from 'commander';

/** The words of `coord run <machine> <command...>` with a `--` before the command, where nobody has written one; others as they are. */
export function withCommandsOwn(argv: readonly string[], program: Command): readonly string[] {
  const run = program.commands.find((command) => command.name() === 'run');
  const options = [...program.options, ...(run?.options ?? [])];
  let operands = 0;
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (word === '--') return argv;
    if (word.startsWith('-') && word !== '-') {
      const option = options.find(({ long, short }) => word === long || word === short);
      // One that nobody knows is for the parser to say.
      if (option?.required) at += 1;
      continue;
    }
    operands += 1;
    if (operands === 1 && word !== 'run') return argv;
    if (operands === 3) return [...argv.slice(0, at), '--', ...argv.slice(at)];
  }
  return argv;
}
