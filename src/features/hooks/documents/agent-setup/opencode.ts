// opencode 1.18: no hooks that a settings file could name. It has the MCP tools, and instructions that say where messages are. Tried: it
// reads the entry and connects.
import { SETTINGS_MOVED_BY } from '../../../../core/model/orders/agent.ts';
import type { AgentFiles } from './agent-files.ts';

export const opencode: AgentFiles = {
  folder: { path: '.config/opencode', movedBy: SETTINGS_MOVED_BY.opencode, below: 'opencode' },
  hooks: null,
  mcp: {
    user: ({ user }) => [`${user}/opencode.json`, `${user}/opencode.jsonc`],
    project: ({ project }) => [`${project}/opencode.jsonc`, `${project}/opencode.json`],
    key: 'mcp',
    entry: (command, env) => ({
      type: 'local',
      command: [...command],
      ...(Object.keys(env).length === 0 ? {} : { environment: { ...env } }),
    }),
  },
  instructions: { user: ({ user }) => `${user}/AGENTS.md`, project: ({ project }) => `${project}/AGENTS.md` },
  note: () =>
    'opencode has no hooks of this kind: messages do not arrive by themselves, its agent has to ask (coord inbox, or the MCP tool)',
};
