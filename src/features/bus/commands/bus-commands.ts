// The commands of `coord bus`.
import { AS_JSON, type CommandDescriptor } from '../../../cli/command.ts';
import { NO_FLEET, USAGE } from '../../../cli/exit-codes.ts';

export const bus: readonly CommandDescriptor[] = [
  { words: 'bus', summary: 'Messages between programs, which never leave this machine' },
  {
    words: 'bus list',
    summary: 'List the programs that are known here, and what waits for each; reads local files',
    options: [AS_JSON],
    isDefault: true,
    run: async (context, options) => (await import('./bus.ts')).list(context, options),
  },
  {
    words: 'bus take <program>',
    summary: 'Print the next message for a program, and mark it as taken',
    example: 'coord bus take builder --wait',
    options: [
      ['--peek', 'show what waits, in order, and take nothing'],
      ['--wait', 'wait until there is one'],
      ['--limit <count>', 'with --peek: how many to show', { is: [1, 10_000], default: 20 }],
      ['--json', 'as JSON, one line a message'],
    ],
    exitCodes: [
      ['0', 'printed and marked as taken, or shown'],
      ['1', 'nothing waits, or it failed; the message says why'],
      USAGE,
      NO_FLEET,
    ],
    run: async (context, name, options) => (await import('./bus.ts')).take(context, name, options),
  },
  {
    words: 'bus forget <program>',
    summary: 'Forget a program that is known here; its box must be empty',
    options: [['--with-messages', 'with all that lies in its box, which is lost']],
    run: async (context, name, options) => (await import('./bus.ts')).forget(context, name, options),
  },
  {
    words: 'bus state <id>',
    summary: 'Show the state of a message: waiting, handed (given out, not confirmed), taken',
    options: [AS_JSON],
    run: async (context, id, options) => (await import('./bus.ts')).state(context, id, options),
  },
];
