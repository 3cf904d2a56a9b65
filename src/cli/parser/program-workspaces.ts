// The workspaces of this computer: words and options only; what they do is in features/workspaces/commands/workspace.ts.
import type { Command } from 'commander';
import type { Run } from '../context.ts';

export function addWorkspaceCommands(program: Command, choose: (run: Run) => void): void {
  const load = () => import('../../features/workspaces/commands/workspace.ts');
  const workspace = program
    .command('workspace')
    .description('The checkouts on this computer in which orders with a workspace run');
  workspace
    .command('list')
    .description('List them, who uses them or used them last, and their size')
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await load()).list(context, opts)));
  workspace
    .command('prune')
    .description('Remove those that are not in use and whose work was pushed, and mirrors that no workspace needs')
    .option('--all', 'also those that keep work which was not pushed; never one that is in use')
    .action((opts) => choose(async (context) => (await load()).prune(context, opts)));
}
