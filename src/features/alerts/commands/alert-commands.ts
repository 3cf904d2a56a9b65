// The commands of `coord alerts`.
import { AS_JSON, type CommandDescriptor } from '../../../cli/command.ts';
import { NO_FLEET, USAGE } from '../../../cli/exit-codes.ts';

export const alerts: readonly CommandDescriptor[] = [
  {
    words: 'alerts',
    summary: 'Alert people at this computer when something needs them',
    details: 'Its channels stand in ~/.coord/alerts.yaml',
  },
  {
    words: 'alerts list',
    summary: 'List the channels, what was sent, and what waits; reads local files',
    options: [AS_JSON],
    run: async (context, options) => (await import('./alerts.ts')).list(context, options),
  },
  {
    words: 'alerts test',
    summary: 'Send a sample through each channel, and show what happened',
    options: [AS_JSON],
    exitCodes: [['0', 'every channel took it'], ['1', 'one did not, or there is none'], USAGE, NO_FLEET],
    run: async (context, options) => (await import('./alerts.ts')).test(context, options),
  },
  {
    words: '__tell',
    summary: '',
    isHidden: true,
    run: async (context) => (await import('./alerts.ts')).tell(context),
  },
];
