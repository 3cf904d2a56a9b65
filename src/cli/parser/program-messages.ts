// Messages to machines, people and programs: words and options only; what they do is in commands/.
import { type Command, Option } from 'commander';
import type { Run } from '../context.ts';
import { wholeNumber } from '../input/option-values.ts';

export function addMessageCommands(program: Command, choose: (run: Run) => void): void {
  program
    .command('send <to> [message...]')
    .description(
      'Send a message to a machine (number or name), to all, to people (0), or to a program (builder, 2/builder): coord send 2 "Hello"',
    )
    .addOption(
      new Option('--priority <level>', 'how urgent it is').choices(['low', 'normal', 'high', 'urgent']).default('normal'),
    )
    .option('--from <program>', 'the program that sends it')
    .option('--keep', 'also where that program of this machine is not known yet')
    .option('--json', 'the result as JSON')
    .addHelpText(
      'after',
      '\nA message of - is read from standard input. A name means a machine before a program; 1/builder always means the program on machine 1.',
    )
    .action((to: string, message: string[], opts) =>
      choose(async (context) => (await import('../commands/messages/send.ts')).run(context, to, message, opts)),
    );

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

  const bus = program.command('bus').description('Messages between programs of this machine, which never leave it');
  bus
    .command('list', { isDefault: true })
    .description('List the programs that are known here, and what waits for each; reads local files')
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await import('../../features/bus/commands/bus.ts')).list(context, opts)));
  bus
    .command('take <program>')
    .description('Print the next message for a program, and mark it as taken: coord bus take builder --wait')
    .option('--peek', 'show what waits, in order, and take nothing')
    .option('--wait', 'wait until there is one')
    .addOption(new Option('--limit <count>', 'with --peek: how many to show').argParser(wholeNumber(1, 10_000)).default(20))
    .option('--json', 'as JSON, one line a message')
    .action((name: string, opts) =>
      choose(async (context) => (await import('../../features/bus/commands/bus.ts')).take(context, name, opts)),
    );
  bus
    .command('forget <program>')
    .description('Forget a program that is known here; its box must be empty')
    .action((name: string) =>
      choose(async (context) => (await import('../../features/bus/commands/bus.ts')).forget(context, name)),
    );
  bus
    .command('state <id>')
    .description('Show the state of a message: waiting, handed (given out, not confirmed), taken')
    .option('--json', 'as JSON')
    .action((id: string, opts) =>
      choose(async (context) => (await import('../../features/bus/commands/bus.ts')).state(context, id, opts)),
    );
}
