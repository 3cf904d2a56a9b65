// The commands for orders, and for the runs of one.
import { END_STATES, ORDER_STATES } from '../../../core/model/orders/run.ts';
import { AS_JSON, type CommandDescriptor, RESULT_AS_JSON } from '../../command.ts';
import { EDITS, FAILED, NEVER_REACHED, NO_FLEET, READS, REFUSED, USAGE } from '../../exit-codes.ts';

/** Said by the commands that take several ids. */
const ALL_OR_NONE = 'All orders are checked first. Where one of them is wrong, nothing is done to any.';

export const order: CommandDescriptor = { words: 'order', summary: 'Place, show, change and remove orders' };

export const orderList: CommandDescriptor = {
  words: 'order list',
  summary: 'List all orders and their states, or some of them',
  options: [
    ['--state <states>', 'those in one of these states: failed,blocked'],
    ['--for <machine>', 'those that it has or had, or that are for it or for all'],
    ['--since <time>', 'not those that ended before: 2h, or a time in UTC such as 2026-11-20'],
    ['--all', 'with those that left the list long ago for the archive'],
    AS_JSON,
  ],
  completes: { '--state': ORDER_STATES.map((state) => state.toLowerCase()) },
  quickFlags: ['--state', '--for', '--since', '--json'],
  run: async (context, options: { readonly all?: boolean }) =>
    (await (options.all === true ? import('./order-list-all.ts') : import('./order-list.ts'))).run(context, options),
};

export const orderShow: CommandDescriptor = {
  words: 'order show <id>',
  summary: 'Show all that is known of one order',
  options: [AS_JSON],
  run: async (context, id, options) => (await import('./order-show.ts')).run(context, id, options),
};

/** Of `coord order`: what ends it, or takes it off the list. */
export const orderEnds: readonly CommandDescriptor[] = [
  {
    words: 'order clean',
    isSigned: true,
    summary: 'Remove orders that have ended from ORDERS.json',
    details: 'It asks first',
    options: [
      ['--older-than <duration>', 'those that ended longer ago, such as 7d'],
      ['--state <states>', 'those that ended so: completed, failed, cancelled'],
      ['--dry-run', 'show what it would remove, as of the last sync'],
      ['--yes', 'remove them without a question'],
    ],
    completes: { '--state': END_STATES.map((state) => state.toLowerCase()) },
    note:
      'Schedules and orders of a spec stay, and so does what another order comes after, or what needs you.\n' +
      'An order that failed needs you; with --state failed you say that it does not. Results and logs stay.',
    exitCodes: [['0', 'removed, or nothing to remove, or your answer was no'], FAILED, USAGE, NO_FLEET, NEVER_REACHED, REFUSED],
    run: async (context, options) => (await import('./order-clean.ts')).run(context, options),
  },
  {
    words: 'order remove <ids...>',
    isSigned: true,
    summary: 'Remove orders from ORDERS.json, and stop them where they run',
    options: [RESULT_AS_JSON],
    note: ALL_OR_NONE,
    exitCodes: EDITS,
    run: async (context, ids, options) => (await import('./order-change.ts')).remove(context, ids, options),
  },
  {
    words: 'order resolve <id>',
    isSigned: true,
    summary: 'Settle an order that was lost with its machine; it does not run again',
    options: [
      ['--completed', 'it did its work: orders after it can start'],
      ['--failed', 'it did not'],
      ['--note <text>', 'how you know, for people'],
      RESULT_AS_JSON,
    ],
    exitCodes: EDITS,
    run: async (context, id, options) => (await import('./approve-resolve.ts')).resolve(context, id, options),
  },
];

export const edit: CommandDescriptor = {
  words: 'edit',
  isSigned: true,
  summary: 'Edit ORDERS.json in your editor (VISUAL, EDITOR)',
  details: 'It is checked before it goes',
  note: 'What others change meanwhile stays. A text that cannot go stays in a file, which is named.',
  exitCodes: [
    ['0', 'recorded, or nothing was changed; a warning says so if it is not on the remote yet'],
    ['1', 'nothing was sent, or main did not take all of it; the message says why'],
    USAGE,
    NO_FLEET,
    NEVER_REACHED,
    REFUSED,
  ],
  run: async (context) => (await import('./edit.ts')).run(context),
};

export const approve: CommandDescriptor = {
  words: 'approve [ids...]',
  isSigned: true,
  summary: 'Approve orders that wait for a person, or list them',
  options: [AS_JSON],
  note: ALL_OR_NONE,
  exitCodes: EDITS,
  run: async (context, ids, options) => (await import('./approve-resolve.ts')).approve(context, ids, options),
};

export const cancel: CommandDescriptor = {
  words: 'cancel <ids...>',
  isSigned: true,
  summary: 'Stop orders, or keep them from starting',
  options: [RESULT_AS_JSON],
  note: ALL_OR_NONE,
  exitCodes: EDITS,
  run: async (context, ids, options) => (await import('./order-change.ts')).cancel(context, ids, options),
};

export const answer: CommandDescriptor = {
  words: 'answer [id] [answer...]',
  isSigned: true,
  summary: 'Answer the question of an order, or list open questions',
  details: 'Its agent then goes on',
  options: [AS_JSON],
  note: 'With - as the answer, it is read from standard input.',
  exitCodes: EDITS,
  run: async (context, id, words, options) => (await import('./answer.ts')).run(context, id ?? null, words, options),
};

export const retry: CommandDescriptor = {
  words: 'retry <ids...>',
  isSigned: true,
  summary: 'Run finished orders again',
  options: [
    ['--edit', 'change its entry first, in your editor (VISUAL, EDITOR)'],
    ['--resume [words]', 'its agent goes on in its earlier session, with these words'],
    RESULT_AS_JSON,
  ],
  note: ALL_OR_NONE,
  exitCodes: EDITS,
  run: async (context, ids, options) => (await import('./order-change.ts')).retry(context, ids, options),
};

export const run: CommandDescriptor = {
  words: 'run <machine> <command...>',
  isSigned: true,
  summary: 'Run a command on a machine, wait, and exit with its code',
  example: 'coord run 2 ls -la',
  options: [
    ['--cwd <folder>', 'where it runs (default: the home folder)'],
    ['--timeout <duration>', 'time limit of the run (default: 1h)'],
    ['--wait-timeout <duration>', 'give up waiting after this; the order stays'],
  ],
  exitCodes: [
    ['0', 'the command ended with 0'],
    ['1 to 254', "the command's own exit code"],
    ['5', 'the order needs a person, and the message says what to do; or its own exit code'],
    ['130', 'interrupted; the order stays'],
    ['255', 'anything else: coord failed, gave up waiting, or there is no code to pass on'],
  ],
  run: async (context, machine, command, options) => (await import('./run.ts')).run(context, machine, command, options),
};

export const wait: CommandDescriptor = {
  words: 'wait <id>',
  summary: 'Wait until an order has ended; exits 0 only if it completed',
  details: 'Offline it goes on waiting',
  options: [['--timeout <duration>', 'give up after this, with exit code 124']],
  exitCodes: [
    ['0', 'the order is COMPLETED'],
    ['1', 'it ended otherwise, or there is no such order'],
    USAGE,
    NO_FLEET,
    ['5', 'it waits for a person, and the message says for what; or this machine has left'],
    ['124', 'it did not end in time, or the remote does not know yet that it did'],
    ['130', 'interrupted; the order stays'],
  ],
  run: async (context, id, options) => (await import('./wait.ts')).run(context, id, options),
};

export const logs: CommandDescriptor = {
  words: 'logs <id>',
  summary: 'Show the output of an order',
  details:
    'Shows the newest run that printed something, and says so if there is a newer one. Full log if it ran here, else its last lines; with -f and a bell, its lines as they come',
  options: [['-f, --follow', 'keep printing until the run has ended; of more than 8 MiB the end comes then']],
  exitCodes: [...READS, ['5', 'with -f: this machine has left']],
  run: async (context, id, options) => (await import('./logs.ts')).run(context, id, options),
};
