// Claude Code 2.1. Tried with a model that stood in: all four events, and what their answers do.
import { SETTINGS_MOVED_BY } from '../../../../core/model/orders/agent.ts';
import type { AgentFiles } from './agent-files.ts';

/** The hook takes a tenth of a second; these are for days on which the disk does not answer. */
const handler = (command: string, timeout = 5) => ({ type: 'command', command, timeout });

export const claude: AgentFiles = {
  folder: { path: '.claude', movedBy: SETTINGS_MOVED_BY.claude },
  hooks: {
    user: ({ user }) => `${user}/settings.json`,
    // The one that is not for the project's repo: the command names this computer's paths.
    project: ({ project }) => `${project}/.claude/settings.local.json`,
    also: ({ project }) => [`${project}/.claude/settings.json`],
    entries: (command) => ({
      SessionStart: {
        matcher: 'startup|resume|clear|compact|fork',
        hooks: [{ ...handler(command), statusMessage: 'coord: inbox' }],
      },
      UserPromptSubmit: { hooks: [handler(command)] },
      PostToolUse: { matcher: 'Bash|Edit|Write', hooks: [handler(command, 3)] },
      Stop: { hooks: [handler(command)] },
    }),
    off: ({ disableAllHooks }) => (disableAllHooks === true ? 'disableAllHooks' : null),
    looseMeans: 'claude ignores the whole file, and so the hooks, until it is strict JSON',
  },
  mcp: {
    project: ({ project }) => [`${project}/.mcp.json`],
    key: 'mcpServers',
    entry: ([command = '', ...args], env) => ({ type: 'stdio', command, args: [...args], env: { ...env } }),
  },
  mcpCommand: (env) => `claude mcp add -s user coord${env.map((one) => ` -e ${one}`).join('')} --`,
  instructions: { user: ({ user }) => `${user}/CLAUDE.md`, project: ({ project }) => `${project}/CLAUDE.md` },
};
