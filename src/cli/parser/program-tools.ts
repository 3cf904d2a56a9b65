// The tools of this computer: words and options only; what they do is in cli/commands/machines/tool.ts.
import type { Command } from 'commander';
import type { Run } from '../context.ts';

export function addToolCommands(program: Command, choose: (run: Run) => void): void {
  const load = () => import('../commands/machines/tool.ts');
  const tool = program
    .command('tool')
    .description('Executables on this computer that orders can ask for by name: coord order add x --tool docker -- …');
  tool
    .command('add <programs...>')
    .description('Offer them to orders: coord tool add docker ffmpeg; each counts while it is on the PATH')
    .action((names: string[]) => choose(async (context) => (await load()).change(context, names, true)));
  tool
    .command('remove <programs...>')
    .description('Stop offering them')
    .action((names: string[]) => choose(async (context) => (await load()).change(context, names, false)));
  tool
    .command('list')
    .description('List what was added here, and where it is; starts nothing')
    .option('--json', 'as JSON')
    .action((opts) => choose(async (context) => (await load()).list(context, opts)));
}
