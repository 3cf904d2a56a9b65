// The commands of `coord instance`.
import { AS_JSON, type CommandDescriptor } from '../../../cli/command.ts';
import { type ExitCode, FAILED, NO_FLEET, USAGE } from '../../../cli/exit-codes.ts';

const NOT_MANAGED: ExitCode = ['5', 'refused: coord does not manage it (managed: false)'];
const STARTS: readonly ExitCode[] = [
  ['0', 'they are ONLINE'],
  ['1', 'one is not, or no daemon runs here to start it'],
  USAGE,
  NO_FLEET,
  NOT_MANAGED,
];

export const instance: readonly CommandDescriptor[] = [
  {
    words: 'instance',
    summary: 'Local services that the daemon starts and watches',
    details: 'They stand in .coord/instances.yaml',
    names: { instances: async (folder) => (await import('../operations/instance-list.ts')).knownInstances(folder).names },
  },
  {
    words: 'instance list',
    summary: 'List them with their states, and mistakes in the file; reads local files',
    options: [AS_JSON],
    run: async (context, options) => (await import('./instance.ts')).list(context, options),
  },
  {
    words: 'instance start [instances...]',
    summary: 'Start them, also those that were stopped or given up, and wait until they are up',
    options: [['--all', 'all that coord manages']],
    exitCodes: STARTS,
    run: async (context, names, options) => (await import('./instance.ts')).wish(context, 'start', names, options),
  },
  {
    words: 'instance stop [instances...]',
    summary: 'Stop them (SIGTERM, 10 s later SIGKILL) until they are started again',
    options: [['--all', 'all that coord manages']],
    exitCodes: [['0', 'they are stopped'], FAILED, USAGE, NO_FLEET, NOT_MANAGED],
    run: async (context, names, options) => (await import('./instance.ts')).wish(context, 'stop', names, options),
  },
  {
    words: 'instance restart [instances...]',
    summary: 'Stop and start them',
    options: [['--all', 'all that coord manages']],
    exitCodes: STARTS,
    run: async (context, names, options) => (await import('./instance.ts')).wish(context, 'restart', names, options),
  },
  {
    words: 'instance logs <instance>',
    summary: 'Show its output',
    options: [['-f, --follow', 'keep printing new lines']],
    run: async (context, name, options) => (await import('./instance.ts')).logs(context, name, options),
  },
];
