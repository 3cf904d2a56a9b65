// Messages between programs of this machine: words and options only; what they do is in features/bus/commands.
import { type Command, Option } from 'commander';
import type { Run } from '../context.ts';
import { wholeNumber } from '../input/option-values.ts';

export function addBusCommands(program: Command, choose: (run: Run) => void): void {
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
