// The commands of `coord service` and `coord cron`: words and options only; what they do is in commands/.
import type { Command } from 'commander';
import type { Run } from '../context.ts';

export function addServiceCommands(program: Command, choose: (run: Run) => void): void {
  const service = program
    .command('service')
    .description('Let this computer start coord for this folder and keep it going: systemd or launchd');
  service
    .command('install')
    .description('Write the service file, start the service, and start it with the computer or at the login')
    .option('--force', 'replace a file that was changed by hand')
    .option('--print', 'show the file, and do nothing')
    .option('--json', 'the result as JSON')
    .action((opts) => choose(async (context) => (await import('../commands/service/service.ts')).install(context, opts)));
  service
    .command('remove')
    .description('Stop the service and remove its file; runs that go on are left alone')
    .option('--force', 'also a file that was changed by hand')
    .option('--json', 'the result as JSON')
    .action((opts) => choose(async (context) => (await import('../commands/service/service.ts')).remove(context, opts)));
  service
    .command('status')
    .description('Whether the service is installed and runs, and where its log is')
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await import('../commands/service/service.ts')).status(context, opts)));

  const cron = program.command('cron').description('Let cron run coord sync in this folder');
  cron
    .command('install')
    .description('Put one line into your crontab, or change the one of this folder')
    .option('--every <duration>', 'what divides an hour or a day: 1m, 5m, 15m, 1h, 6h', '5m')
    .option('--print', 'show the line, and do nothing')
    .option('--json', 'the result as JSON')
    .action((opts) => choose(async (context) => (await import('../commands/service/cron.ts')).install(context, opts)));
  cron
    .command('remove')
    .description('Take the line of this folder out of your crontab')
    .option('--json', 'the result as JSON')
    .action((opts) => choose(async (context) => (await import('../commands/service/cron.ts')).remove(context, opts)));
  cron
    .command('status')
    .description('The line of this folder, and what the last sync of cron had to say')
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await import('../commands/service/cron.ts')).status(context, opts)));
}
