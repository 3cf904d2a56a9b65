// `coord plan`: words and options only; what it does is in commands/.
import type { Command } from 'commander';
import type { Run } from '../context.ts';

export function addPlanCommand(program: Command, choose: (run: Run) => void): void {
  program
    .command('plan [spec]')
    .description('Turn the tasks of a spec into orders, or update the orders it made: coord plan specs/dao.md')
    .option('--dry-run', 'show what it would do, as of the last sync')
    .option('--yes', 'tasks that stand where others were removed are new ones')
    .option(
      '--agent <name>',
      'have an agent here draft the tasks for a person to approve; it only reads, in this folder: claude, codex',
    )
    .option('--approve', 'accept the draft, and plan it')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nWithout a spec: how far each MVP and each feature is; reads local files')
    .action((spec: string | undefined, opts) =>
      choose(async (context) => {
        const plan = await import('../../features/plan/commands/plan.ts');
        return spec === undefined ? plan.progress(context, opts) : plan.run(context, spec, opts);
      }),
    );
}
