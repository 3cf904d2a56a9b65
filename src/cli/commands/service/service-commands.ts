// The commands that keep coord running on this computer: the daemon, its API, the service of the computer, cron; and the server for AI agents.
import { AS_JSON, type CommandDescriptor, RESULT_AS_JSON } from '../../command.ts';
import { type ExitCode, FAILED, NO_FLEET, READS, USAGE } from '../../exit-codes.ts';

const OTHERS: ExitCode = ['5', 'refused: it belongs to another user'];

export const daemon: readonly CommandDescriptor[] = [
  {
    words: 'daemon',
    summary: 'Sync automatically in the background',
    details: 'At intervals, when something is saved here, when a run ends',
  },
  {
    words: 'daemon run',
    summary: 'Run in the foreground, for service managers; SIGTERM ends it',
    exitCodes: [
      ['0', 'ended by a signal, or because the machine has left'],
      ['1', 'another daemon runs here, or a bug in coord'],
      USAGE,
      NO_FLEET,
    ],
    run: async (context) => (await import('./daemon.ts')).run(context),
  },
  {
    words: 'daemon start',
    summary: 'Start it in the background',
    exitCodes: [['0', 'runs'], ['1', 'failed, or one runs already'], USAGE, NO_FLEET],
    run: async (context) => (await import('./daemon.ts')).start(context),
  },
  {
    words: 'daemon stop',
    summary: 'Stop it; runs go on, and are reported once it is started again',
    options: [['--runs', 'stop what runs here too; the next sync reports it']],
    exitCodes: [
      ['0', 'stopped, or it was not running'],
      ['1', 'failed, or a run does not end; the message says why'],
      USAGE,
      NO_FLEET,
      OTHERS,
    ],
    run: async (context, options) => (await import('./daemon.ts')).stop(context, options),
  },
  {
    words: 'daemon restart',
    summary: 'Stop it, and start it again: by its service where one runs it, else in the background',
    options: [['--if-running', 'where none runs, start none']],
    exitCodes: [['0', 'runs, or none ran with --if-running'], FAILED, USAGE, NO_FLEET, OTHERS],
    run: async (context, options) => (await import('./daemon.ts')).restart(context, options),
  },
  {
    words: 'daemon status',
    summary: 'Show whether it runs, since when, and its last and next sync',
    options: [AS_JSON],
    exitCodes: [['0', 'runs'], ['1', 'does not run'], USAGE, NO_FLEET],
    run: async (context, options) => (await import('./daemon.ts')).status(context, options),
  },
  {
    words: 'daemon logs',
    summary: 'Show what it did, one line per event',
    options: [['-f, --follow', 'keep printing new lines']],
    run: async (context, options) => (await import('./daemon.ts')).logs(context, options),
  },
];

export const api: readonly CommandDescriptor[] = [
  {
    words: 'api',
    summary: 'The local API of the daemon, for programs on this computer',
    details: 'It shows its address and where its token is',
    options: [AS_JSON],
    exitCodes: [['0', 'it answers'], ['1', 'it does not'], USAGE, NO_FLEET],
    run: async (context, options) => (await import('./api.ts')).status(context, options),
  },
  {
    words: 'api on',
    summary: 'Turn it on; takes effect at once if a daemon runs',
    run: async (context) => (await import('./api.ts')).turn(context, true),
  },
  {
    words: 'api off',
    summary: 'Turn it off',
    run: async (context) => (await import('./api.ts')).turn(context, false),
  },
  {
    words: 'api port <number>',
    summary: 'Set its port; auto: the first free one of 8900 to 8909',
    completes: { number: ['auto'] },
    run: async (context, word) => (await import('./api.ts')).port(context, word),
  },
  {
    words: 'api token',
    summary: 'Print its token, for a program that cannot read the file',
    options: [['--new', 'make a new one; the old one no longer works']],
    run: async (context, options) => (await import('./api.ts')).token(context, options),
  },
];

export const mcp: CommandDescriptor = {
  words: 'mcp',
  summary: 'Run the MCP server for AI agents',
  details: 'An agent starts it and talks to it over standard input and output; see docs/mcp.md',
  exitCodes: [['0', 'its standard input was closed'], FAILED, USAGE],
  run: async (context) => (await import('./mcp.ts')).run(context),
};

export const service: readonly CommandDescriptor[] = [
  {
    words: 'service',
    summary: 'Have this computer start the daemon and keep it running',
    details: 'By systemd or launchd, for this folder',
  },
  {
    words: 'service install [options...]',
    summary: 'Write the service file, start the service, and have it start with the computer or at login',
    arguments: { options: { summary: 'of coord hub, after --: coord service install --hub -- --insecure' } },
    completes: { options: 'nothing' },
    options: [
      ['--hub', 'a service of its own for coord hub'],
      ['--force', 'replace a file that was changed by hand'],
      ['--print', 'show the file, and do nothing'],
      RESULT_AS_JSON,
    ],
    exitCodes: [...READS, ['5', 'refused: the file was changed by hand']],
    run: async (context, given, options) => (await import('./service.ts')).install(context, given, options),
  },
  {
    words: 'service remove',
    summary: 'Stop the service and remove its file; runs go on',
    options: [['--hub', "the hub's"], ['--force', 'also a file that was changed by hand'], RESULT_AS_JSON],
    exitCodes: [['0', 'removed, or it was not there'], FAILED, USAGE, NO_FLEET, ['5', 'refused: the file was changed by hand']],
    run: async (context, options) => (await import('./service.ts')).remove(context, options),
  },
  {
    words: 'service status',
    summary: 'Show whether the service is installed and runs, and where its log is',
    options: [['--hub', "the hub's"], AS_JSON],
    exitCodes: [['0', 'it runs'], ['1', 'it does not run, or the service manager does not answer'], USAGE, NO_FLEET],
    run: async (context, options) => (await import('./service.ts')).status(context, options),
  },
];

export const cron: readonly CommandDescriptor[] = [
  { words: 'cron', summary: 'Let cron run coord sync in this folder' },
  {
    words: 'cron install',
    summary: 'Add a line for this folder to your crontab, or change it',
    options: [
      ['--every <duration>', 'a period that divides an hour or a day: 1m, 5m, 15m, 1h, 6h', { default: '5m' }],
      ['--print', 'show the line, and do nothing'],
      RESULT_AS_JSON,
    ],
    run: async (context, options) => (await import('./cron.ts')).install(context, options),
  },
  {
    words: 'cron remove',
    summary: 'Remove the line of this folder from your crontab',
    options: [RESULT_AS_JSON],
    exitCodes: [['0', 'removed, or it was not there'], FAILED, USAGE, NO_FLEET],
    run: async (context, options) => (await import('./cron.ts')).remove(context, options),
  },
  {
    words: 'cron status',
    summary: 'Show the line of this folder, and the output of the last sync by cron',
    options: [AS_JSON],
    exitCodes: [['0', 'there is a line for this folder'], ['1', 'there is none'], USAGE, NO_FLEET],
    run: async (context, options) => (await import('./cron.ts')).status(context, options),
  },
];
