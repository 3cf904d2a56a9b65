// `coord plan`.
import { AS_JSON, type CommandDescriptor } from '../../../cli/command.ts';
import { NEVER_REACHED, NO_FLEET, USAGE } from '../../../cli/exit-codes.ts';

export const plan: CommandDescriptor = {
  words: 'plan [spec]',
  isSigned: true,
  summary: 'Turn the tasks of a spec into orders',
  details: 'Or update the orders that it made',
  example: 'coord plan specs/dao.md',
  options: [
    ['--dry-run', 'show what it would do, as of the last sync'],
    ['--yes', 'the new tasks are new, not renamed ones'],
    [
      '--agent <name>',
      'have an agent here draft the tasks for a person to approve; it only reads, in this folder: claude, codex',
    ],
    ['--approve', 'accept the draft, and plan it'],
    AS_JSON,
  ],
  note: 'Without a spec: how far each MVP and each feature is; reads local files',
  exitCodes: [
    ['0', 'done, or there was nothing to do; a warning says so if it is not on the remote yet'],
    ['1', 'a task could not be placed, or nothing was done; the message says why'],
    USAGE,
    NO_FLEET,
    NEVER_REACHED,
    ['5', 'refused: agents are not allowed here, or this machine has left'],
  ],
  run: async (context, spec: string | undefined, options) => {
    const { progress, run } = await import('./plan.ts');
    return spec === undefined ? progress(context, options) : run(context, spec, options);
  },
};
