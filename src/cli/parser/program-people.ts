// Emergencies and alerts: words and options only; what they do is in commands/.
import type { Command } from 'commander';
import type { Run } from '../context.ts';

export function addPeopleCommands(program: Command, choose: (run: Run) => void): void {
  program
    .command('emergency [message...]')
    .description('Say an emergency of this machine to all, or show those of the fleet: coord emergency "The disk is failing"')
    .option('--over', 'say that that of this machine is over')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nIt is an urgent message to all; the machine works on, and says EMERGENCY until: coord resolve')
    .action((message: string[], opts) =>
      choose(async (context) => (await import('../commands/machines/emergency.ts')).run(context, message, opts)),
    );
  program
    .command('resolve')
    .description('Say that the emergency of this machine is over; the same as coord emergency --over')
    .option('--json', 'as JSON')
    .showHelpAfterError('(how an order ended: coord order resolve <id>)')
    .addHelpText('after', '\nHow an order ended that was lost with its machine: coord order resolve <id>')
    .action((opts) =>
      choose(async (context) => (await import('../commands/machines/emergency.ts')).run(context, [], { ...opts, over: true })),
    );

  const alerts = program.command('alerts').description('Who on this computer is told of what needs people: ~/.coord/alerts.yaml');
  alerts
    .command('list')
    .description('The channels, what was told, and what waits; reads local files')
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await import('../../features/alerts/commands/alerts.ts')).list(context, opts)));
  alerts
    .command('test')
    .description('Send a sample through each channel, and say what happened')
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await import('../../features/alerts/commands/alerts.ts')).test(context, opts)));
  program
    .command('__tell', { hidden: true })
    .action(() => choose(async (context) => (await import('../../features/alerts/commands/alerts.ts')).tell(context)));
}
