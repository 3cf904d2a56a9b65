// The commands of `coord daemon`: words and options only; what they do is in commands/daemon.ts.
import type { Command } from 'commander';
import type { Run } from '../context.ts';

export function addDaemonCommands(program: Command, choose: (run: Run) => void): void {
  const daemon = program
    .command('daemon')
    .description('Sync by itself: at its time, when something is saved here, when a run ends');
  const load = () => import('../commands/service/daemon.ts');
  daemon
    .command('run')
    .description('Be the daemon, here and now: for service managers; ends with SIGTERM')
    .action(() => choose(async (context) => (await load()).run(context)));
  daemon
    .command('start')
    .description('Start it in the background')
    .action(() => choose(async (context) => (await load()).start(context)));
  daemon
    .command('stop')
    .description('End it; what runs here goes on, and is reported when it is started again')
    .option('--runs', 'stop what runs here too; the next sync reports it')
    .action((opts) => choose(async (context) => (await load()).stop(context, opts)));
  daemon
    .command('restart')
    .description('End it, and start it in the background')
    .action(() => choose(async (context) => (await load()).restart(context)));
  daemon
    .command('status')
    .description('Whether it runs, since when, when it looked last and looks next')
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await load()).status(context, opts)));
  daemon
    .command('logs')
    .description('What it did, one line an event')
    .option('-f, --follow', 'go on with what comes')
    .action((opts) => choose(async (context) => (await load()).logs(context, opts)));
}
