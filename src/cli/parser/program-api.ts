// The commands of `coord api`: words and options only; what they do is in commands/api.ts.
import type { Command } from 'commander';
import type { Run } from '../context.ts';

export function addApiCommands(program: Command, choose: (run: Run) => void): void {
  const load = () => import('../commands/service/api.ts');
  const api = program
    .command('api')
    .description('The local API that the daemon has for programs on this computer: where it answers, and where its token lies')
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await load()).status(context, opts)));
  api
    .command('on')
    .description('Have it answer; the daemon obeys at once')
    .action(() => choose(async (context) => (await load()).turn(context, true)));
  api
    .command('off')
    .description('Have it answer no more')
    .action(() => choose(async (context) => (await load()).turn(context, false)));
  api
    .command('port <number>')
    .description('Where it listens; auto: the first that is free of 8900 to 8909')
    .action((word: string) => choose(async (context) => (await load()).port(context, word)));
  api
    .command('token')
    .description('Print its token, for a program that cannot read the file')
    .option('--new', 'make another one; the one before counts no more')
    .action((opts) => choose(async (context) => (await load()).token(context, opts)));
}
