// The commands of `coord service` and `coord cron`: words and options only; what they do is in commands/.
import type { Command } from 'commander';
import type { Run } from '../context.ts';

export function addServiceCommands(program: Command, choose: (run: Run) => void): void {
  const service = program
    .command('service')
    .description('Have this computer start the daemon of this folder and keep it running: systemd or launchd');
  service
    .command('install')
    .description('Write the service file, start the service, and have it start with the computer or at login')
    .option('--force', 'replace a file that was changed by hand')
    .option('--print', 'show the file, and do nothing')
    .option('--json', 'the result as JSON')
    .action((opts) => choose(async (context) => (await import('../commands/service/service.ts')).install(context, opts)));
  service
    .command('remove')
    .description('Stop the service and remove its file; runs go on')
    .option('--force', 'also a file that was changed by hand')
    .option('--json', 'the result as JSON')
    .action((opts) => choose(async (context) => (await import('../commands/service/service.ts')).remove(context, opts)));
  service
    .command('status')
    .description('Show whether the service is installed and runs, and where its log is')
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await import('../commands/service/service.ts')).status(context, opts)));

  const cron = program.command('cron').description('Let cron run coord sync in this folder');
  cron
    .command('install')
    .description('Add a line for this folder to your crontab, or change it')
    .option('--every <duration>', 'a period that divides an hour or a day: 1m, 5m, 15m, 1h, 6h', '5m')
    .option('--print', 'show the line, and do nothing')
    .option('--json', 'the result as JSON')
    .action((opts) => choose(async (context) => (await import('../commands/service/cron.ts')).install(context, opts)));
  cron
    .command('remove')
    .description('Remove the line of this folder from your crontab')
    .option('--json', 'the result as JSON')
    .action((opts) => choose(async (context) => (await import('../commands/service/cron.ts')).remove(context, opts)));
  cron
    .command('status')
    .description('Show the line of this folder, and the output of the last sync by cron')
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await import('../commands/service/cron.ts')).status(context, opts)));
}
