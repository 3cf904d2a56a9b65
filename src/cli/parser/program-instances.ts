// The commands of `coord instance`: words and options only; what they do is in features/services/commands/instance.ts.
import type { Command } from 'commander';
import type { Run } from '../context.ts';

export function addInstanceCommands(program: Command, choose: (run: Run) => void): void {
  const instance = program
    .command('instance')
    .description('Local services that the daemon starts and watches: .coord/instances.yaml');
  const load = () => import('../../features/services/commands/instance.ts');
  instance
    .command('list')
    .description('List them with their states, and mistakes in the file; reads local files')
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await load()).list(context, opts)));
  for (const [verb, text] of [
    ['start', 'Start them, also those that were stopped or given up, and wait until they are up'],
    ['stop', 'Stop them (SIGTERM, 10 s later SIGKILL) until they are started again'],
    ['restart', 'Stop and start them'],
  ] as const)
    instance
      .command(`${verb} [instances...]`)
      .description(text)
      .option('--all', 'all that coord manages')
      .action((names: string[], opts) => choose(async (context) => (await load()).wish(context, verb, names, opts)));
  instance
    .command('logs <instance>')
    .description('Show its output')
    .option('-f, --follow', 'keep printing new lines')
    .action((name: string, opts) => choose(async (context) => (await load()).logs(context, name, opts)));
}
