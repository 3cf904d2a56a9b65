// The commands of `coord instance`: words and options only; what they do is in commands/instance.ts.
import type { Command } from 'commander';
import type { Run } from '../context.ts';

export function addInstanceCommands(program: Command, choose: (run: Run) => void): void {
  const instance = program
    .command('instance')
    .description('The programs of this machine that its daemon looks after: .coord/instances.yaml');
  const load = () => import('../../features/services/commands/instance.ts');
  instance
    .command('list')
    .description('What they are, how they are, and what of the file is wrong; reads local files')
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await load()).list(context, opts)));
  for (const [verb, text] of [
    ['start', 'Let them run, also those that a person stopped or coord has given up, and wait until they are up'],
    ['stop', 'End them: SIGTERM, and SIGKILL 10 s later; they stay so until they are started again'],
    ['restart', 'End and start them'],
  ] as const)
    instance
      .command(`${verb} [instances...]`)
      .description(text)
      .option('--all', 'all that coord starts')
      .action((names: string[], opts) => choose(async (context) => (await load()).wish(context, verb, names, opts)));
  instance
    .command('logs <instance>')
    .description('What it wrote')
    .option('-f, --follow', 'go on with what comes')
    .action((name: string, opts) => choose(async (context) => (await load()).logs(context, name, opts)));
}
