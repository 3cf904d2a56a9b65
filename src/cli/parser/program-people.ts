// Emergencies and alerts: words and options only; what they do is in commands/.
import type { Command } from 'commander';
import type { Run } from '../context.ts';

export function addPeopleCommands(program: Command, choose: (run: Run) => void): void {
  program
    .command('emergency [message...]')
    .description(
      'Announce an emergency of this machine to all, or show those of the fleet: coord emergency "The disk is failing"',
    )
    .option('--over', 'end the emergency of this machine')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nIt is an urgent message to all. The machine goes on working, and says EMERGENCY until: coord resolve',
    )
    .action((message: string[], opts) =>
      choose(async (context) => (await import('../commands/machines/emergency.ts')).run(context, message, opts)),
    );
  program
    .command('resolve')
    .description('End the emergency of this machine; the same as coord emergency --over')
    .option('--json', 'as JSON')
    .showHelpAfterError('(how an order ended: coord order resolve <id>)')
    .addHelpText('after', '\nTo settle an order that was lost with its machine: coord order resolve <id>')
    .action((opts) =>
      choose(async (context) => (await import('../commands/machines/emergency.ts')).run(context, [], { ...opts, over: true })),
    );

  const alerts = program.command('alerts').description('Tell people at this computer what needs them: ~/.coord/alerts.yaml');
  alerts
    .command('list')
    .description('List the channels, what was sent, and what waits; reads local files')
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
