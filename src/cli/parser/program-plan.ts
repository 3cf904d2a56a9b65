// `coord plan`: words and options only; what it does is in commands/.
import type { Command } from 'commander';
import type { Run } from '../context.ts';

export function addPlanCommand(program: Command, choose: (run: Run) => void): void {
  program
    .command('plan [spec]')
    .description('Make the tasks of a spec orders, or change those that it has made: coord plan specs/dao.md')
    .option('--dry-run', 'say what it would do, by what the last sync left here')
    .option('--yes', 'tasks that came where others went are new ones')
    .option(
      '--agent <name>',
      'let an agent here draft the tasks, reading only (in this folder), for a person to approve: claude, codex',
    )
    .option('--approve', 'the draft is what is to be done: plan it')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nWithout a spec: how far each MVP and each feature is; reads local files')
    .action((spec: string | undefined, opts) =>
      choose(async (context) => {
        const plan = await import('../../features/plan/commands/plan.ts');
        return spec === undefined ? plan.progress(context, opts) : plan.run(context, spec, opts);
      }),
    );
}
