// The commands for hand-offs.
import { AS_JSON, type CommandDescriptor, RESULT_AS_JSON } from '../../../cli/command.ts';
import { FAILED, NO_FLEET, RECORDED, USAGE } from '../../../cli/exit-codes.ts';

export const handOffs: readonly CommandDescriptor[] = [
  {
    words: 'handoff [done...]',
    summary: 'Leave a note of what was done for the next worker',
    details: 'It may be here or on another machine',
    example: 'coord handoff "The tests pass" --next "Docs"',
    options: [
      ['-o, --open <text>', 'what is not done'],
      ['-w, --where <text>', 'where the work is: branch, files, links'],
      ['-n, --next <text>', 'the next step'],
      ['-p, --project <name>', 'what it is about (default: the remote of the git repo here, or the name of the folder)'],
      RESULT_AS_JSON,
    ],
    note: 'With - as the text, it is read from standard input.',
    exitCodes: [RECORDED, FAILED, USAGE, NO_FLEET, ['5', 'refused: this machine has left']],
    run: async (context, done, options) => (await import('./handoff.ts')).run(context, done, options),
  },
  {
    words: 'handoffs',
    summary: 'List hand-offs, newest first',
    details: 'As of the last sync; reads local files',
    options: [
      ['-p, --project <name>', 'only this project; the last part of its name is enough'],
      ['--limit <count>', 'how many, the newest ones', { is: [1, 10_000], default: 10 }],
      AS_JSON,
    ],
    run: async (context, options) => (await import('./handoff.ts')).list(context, options),
  },
];
