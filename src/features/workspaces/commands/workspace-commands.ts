// The commands of `coord workspace`.
import { AS_JSON, type CommandDescriptor } from '../../../cli/command.ts';
import { DONE, FAILED, USAGE } from '../../../cli/exit-codes.ts';

export const workspace: readonly CommandDescriptor[] = [
  { words: 'workspace', summary: 'Checkouts in which orders with a workspace run here' },
  {
    words: 'workspace list',
    summary: 'List them, who uses them or used them last, and their size',
    options: [AS_JSON],
    exitCodes: [DONE, FAILED, USAGE],
    run: async (context, options) => (await import('./workspace.ts')).list(context, options),
  },
  {
    words: 'workspace prune',
    summary: 'Remove those that are not in use and whose work was pushed, and mirrors that no workspace needs',
    options: [['--all', 'also those that keep work which was not pushed; never one that is in use']],
    exitCodes: [DONE, FAILED, USAGE],
    run: async (context, options) => (await import('./workspace.ts')).prune(context, options),
  },
];
