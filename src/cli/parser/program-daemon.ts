// The commands of `coord daemon`: words and options only; what they do is in cli/commands/service/daemon.ts.
import type { Command } from 'commander';
import type { Run } from '../context.ts';

export function addDaemonCommands(program: Command, choose: (run: Run) => void): void {
  const daemon = program
    .command('daemon')
    .description('Sync automatically: at intervals, when something is saved here, when a run ends');
  const load = () => import('../commands/service/daemon.ts');
  daemon
    .command('run')
    .description('Run in the foreground, for service managers; SIGTERM ends it')
    .action(() => choose(async (context) => (await load()).run(context)));
  daemon
    .command('start')
    .description('Start it in the background')
    .action(() => choose(async (context) => (await load()).start(context)));
  daemon
    .command('stop')
    .description('Stop it; runs go on, and are reported once it is started again')
    .option('--runs', 'stop what runs here too; the next sync reports it')
    .action((opts) => choose(async (context) => (await load()).stop(context, opts)));
  daemon
    .command('restart')
    .description('Stop it, and start it in the background')
    .action(() => choose(async (context) => (await load()).restart(context)));
  daemon
    .command('status')
    .description('Show whether it runs, since when, and its last and next sync')
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await load()).status(context, opts)));
  daemon
    .command('logs')
    .description('Show what it did, one line per event')
    .option('-f, --follow', 'keep printing new lines')
    .action((opts) => choose(async (context) => (await load()).logs(context, opts)));
}
