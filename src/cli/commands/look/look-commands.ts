// The commands that sync, and those that show what there is.
import { AS_JSON, ASKED_NAMES, type CommandDescriptor, type CommandGroup, isListed, placeOf } from '../../command.ts';
import { DONE, FAILED, NO_FLEET, READS, USAGE } from '../../exit-codes.ts';

export const sync: CommandDescriptor = {
  words: 'sync',
  summary: 'Sync once: fetch, start and stop runs, report, push',
  options: [
    ['--wait', 'wait until what started here has ended and is reported'],
    ['--dry-run', 'show what it would do, and do nothing'],
    ['--json', 'what it saw and did, as JSON'],
  ],
  quickFlags: ['--wait', '--dry-run', '--json'],
  exitCodes: [
    ['0', 'synced; the outcome of runs does not count'],
    FAILED,
    USAGE,
    NO_FLEET,
    ['4', 'not synced with the remote'],
    ['5', 'refused: another folder writes as this machine, main was rewritten, or the policy file cannot be read'],
  ],
  run: async (context, options) => (await import('./sync.ts')).run(context, options),
};

export const status: CommandDescriptor = {
  words: 'status',
  summary: 'Show the fleet as of the last sync; reads local files',
  options: [
    ['--json', 'as JSON: the shape of STATUS.json with self, sync and alerts'],
    ['--watch', 'refresh until q or Ctrl-C; still shows only the last sync'],
  ],
  quickFlags: ['--json'],
  run: async (context, options: { readonly json?: boolean; readonly watch?: boolean }) =>
    (await (options.watch === true ? import('./status-watch.ts') : import('./status.ts'))).run(context, options),
};

export const overview: CommandDescriptor = {
  words: 'overview',
  summary: 'Show how the fleet is, what needs you, and what to do next',
  details: 'In ten lines; coord alone does the same',
  options: [AS_JSON],
  quickFlags: ['--json'],
  exitCodes: [
    ['0', 'shown, also where there is no fleet yet'],
    FAILED,
    USAGE,
    ['3', '--dir, --fleet or COORD_DIR names no fleet'],
  ],
  run: async (context, options) => (await import('./overview.ts')).run(context, options),
};

export const top: CommandDescriptor = {
  words: 'top',
  isSigned: true,
  summary: 'Show the fleet live on the whole terminal',
  details: 'What runs and waits, with keys to look closer and to act',
  exitCodes: [DONE, FAILED, ['2', 'invalid arguments, or there is no terminal to draw on'], NO_FLEET],
  run: async (context) => (await import('./top.ts')).run(context),
};

export const open: CommandDescriptor = {
  words: 'open [what]',
  summary: 'Open the board on its host in the browser',
  details: 'With an order or a machine, it opens the page of that',
  note: 'Over ssh, and where there is no browser, it prints the address.',
  completes: { what: 'orders' },
  run: async (context, what) => (await import('./open.ts')).run(context, what ?? null),
};

export const timeline: CommandDescriptor = {
  words: 'timeline',
  summary: 'Show what happened in the fleet, newest last',
  details: 'Orders, runs, messages, machines, as of the last sync',
  options: [
    ['--order <id>', 'only this order'],
    ['--machine <machine>', 'only this machine, by number or name'],
    ['--since <time>', 'a length of time such as 2h, or a time in UTC such as 2026-11-20'],
    ['--limit <count>', 'how many, the newest ones', { is: [1, 100_000], default: 50 }],
    ['--whole', 'first fetch the older history that this machine lacks'],
    AS_JSON,
  ],
  exitCodes: [...READS, ['4', 'with --whole: the remote was not reached']],
  run: async (context, options) => (await import('./timeline.ts')).run(context, options),
};

export const search: CommandDescriptor = {
  words: 'search <words...>',
  summary: 'Find words in orders, runs, messages and hand-offs',
  details:
    'Finds entries that contain all words. A word also matches the start of a longer one (time finds timeout). No wildcards. Of a run, the end of its output is searched. As of the last sync',
  arguments: { words: { summary: 'what to look for' } },
  options: [['--limit <count>', 'how many, the best ones', { is: [1, 500], default: 20 }], AS_JSON],
  run: async (context, words, options) => (await import('./search.ts')).run(context, words, options),
};

export const stats: CommandDescriptor = {
  words: 'stats',
  summary: 'Summarise the results by machine and by type',
  details: 'Success, times, waits, retries and losses, as of the last sync',
  options: [
    ['--since <time>', 'a length of time such as 30d, or a time in UTC such as 2026-11-20'],
    ['--machine <machine>', 'only this machine, by number or name'],
    ['--type <type>', 'only orders of this type'],
    AS_JSON,
  ],
  run: async (context, options) => (await import('./stats.ts')).run(context, options),
};

export const demo: CommandDescriptor = {
  words: 'demo',
  summary: 'Try coord on this one computer',
  details: 'Three machines, a repo on this disk, real orders',
  options: [
    ['--keep <folder>', 'where to play (default: a new folder below the temporary one)'],
    ['--bell', 'then with daemons and a bell, at a broker of its own'],
    ['--page', 'then with daemons and the page of the fleet, until Ctrl-C'],
    ['--no-open', 'with --page: print the address, and open nothing'],
  ],
  exitCodes: [DONE, FAILED, USAGE],
  run: async (context, options) => (await import('./demo.ts')).run(context, options),
};

/** `groups`: every command, as help lists them. */
export function help(groups: () => readonly CommandGroup[]): CommandDescriptor {
  return {
    words: 'help [words...]',
    summary: 'Show the commands of a group, or all about one command',
    arguments: { words: { summary: 'a group or a command, such as orders or order add' } },
    get completes() {
      const places = groups().flatMap(({ name, commands }) => [name, ...commands.filter(isListed).map(placeOf)]);
      return { words: places.filter((place) => !place.includes(' ')) };
    },
    exitCodes: [DONE, USAGE],
    run: async (context, words, _options, command) => (await import('./help.ts')).run(context, command, groups(), words),
  };
}

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** `all`: every command, as the scripts are to complete them. */
export function completion(all: () => readonly CommandDescriptor[]): readonly CommandDescriptor[] {
  return [
    {
      words: 'completion <shell>',
      summary: 'Print the completion script of a shell',
      details: 'In bash and zsh: eval "$(coord completion bash)"',
      arguments: { shell: { summary: 'whose script', choices: SHELLS } },
      exitCodes: [DONE, USAGE],
      run: async (context, shell, _options, command) => (await import('./completion.ts')).run(context, command, all(), shell),
    },
    {
      words: '__complete <what>',
      summary: '',
      arguments: { what: { choices: ASKED_NAMES } },
      isHidden: true,
      run: async (context, what) => (await import('./completion.ts')).names(context, all(), what),
    },
  ];
}
