// Notes for whoever goes on: words and options only; what they do is in features/handoff/commands.
import { type Command, Option } from 'commander';
import type { Run } from '../context.ts';
import { wholeNumber } from '../input/option-values.ts';

export function addHandOffCommands(program: Command, choose: (run: Run) => void): void {
  program
    .command('handoff [done...]')
    .description(
      'Leave a note of what was done for whoever goes on, here or on another machine: coord handoff "The tests pass" --next "Docs"',
    )
    .option('-o, --open <text>', 'what is not done')
    .option('-w, --where <text>', 'where it lies: branch, files, links')
    .option('-n, --next <text>', 'the next step')
    .option('-p, --project <name>', 'what it is about (default: the remote of the git repo here, or the name of the folder)')
    .option('--json', 'the result as JSON')
    .addHelpText('after', '\nWhat was done is read from standard input where it is -.')
    .action((done: string[], opts) =>
      choose(async (context) => (await import('../../features/handoff/commands/handoff.ts')).run(context, done, opts)),
    );
  program
    .command('handoffs')
    .description('List hand-offs, newest first, as of the last sync; reads local files')
    .option('-p, --project <name>', 'of one project only; the last part of its name is enough')
    .addOption(new Option('--limit <count>', 'how many, the newest ones').argParser(wholeNumber(1, 10_000)).default(10))
    .option('--json', 'as JSON')
    .action((opts) =>
      choose(async (context) => (await import('../../features/handoff/commands/handoff.ts')).list(context, opts)),
    );
}
