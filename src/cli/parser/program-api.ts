// The commands of `coord api`: words and options only; what they do is in cli/commands/service/api.ts.
import type { Command } from 'commander';
import type { Run } from '../context.ts';

export function addApiCommands(program: Command, choose: (run: Run) => void): void {
  const load = () => import('../commands/service/api.ts');
  const api = program
    .command('api')
    .description('The local API of the daemon, for programs on this computer: shows its address and where its token is')
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await load()).status(context, opts)));
  api
    .command('on')
    .description('Turn it on; a running daemon obeys at once')
    .action(() => choose(async (context) => (await load()).turn(context, true)));
  api
    .command('off')
    .description('Turn it off')
    .action(() => choose(async (context) => (await load()).turn(context, false)));
  api
    .command('port <number>')
    .description('Set its port; auto: the first free one of 8900 to 8909')
    .action((word: string) => choose(async (context) => (await load()).port(context, word)));
  api
    .command('token')
    .description('Print its token, for a program that cannot read the file')
    .option('--new', 'make a new one; the old one no longer works')
    .action((opts) => choose(async (context) => (await load()).token(context, opts)));
}
