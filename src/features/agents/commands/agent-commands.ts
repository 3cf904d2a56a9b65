// The commands of `coord agent` that look at agents.
import { AS_JSON, type CommandDescriptor } from '../../../cli/command.ts';

export const agent: readonly CommandDescriptor[] = [
  { words: 'agent', summary: 'AI coding agents on this computer, for orders with "agent"' },
  {
    words: 'agent detect',
    summary:
      'Find AI coding agents (claude, codex, gemini …): path, version, logged in or not; the board shows them after the next sync',
    options: [AS_JSON],
    afterAllowing: 'agent',
    run: async (context, options) => (await import('./agent.ts')).detect(context, options),
  },
  {
    words: 'agent list',
    summary: 'List the agents that were found, and when; does not search',
    options: [AS_JSON],
    run: async (context, options) => (await import('./agent.ts')).list(context, options),
  },
  {
    words: '__detect',
    summary: '',
    isHidden: true,
    run: async (context) => (await import('./agent.ts')).lookAgain(context),
  },
];
