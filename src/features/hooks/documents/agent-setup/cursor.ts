// Cursor, by its documents and what others found with 3.20: it could not be run. Flat, lower-camel, with a version.
import { type AgentFiles, plainMcpEntry } from './agent-files.ts';

export const cursor: AgentFiles = {
  folder: { path: '.cursor' },
  hooks: {
    user: ({ user }) => `${user}/hooks.json`,
    project: ({ project }) => `${project}/.cursor/hooks.json`,
    entries: (command) => ({
      sessionStart: { command },
      postToolUse: { command, matcher: 'Shell|Write' },
      stop: { command, loop_limit: 3 },
    }),
    isFlat: true,
    needs: { version: 1 },
    off: () => null,
    looseMeans: 'nothing says that Cursor reads such a file',
  },
  mcp: {
    user: ({ user }) => [`${user}/mcp.json`],
    project: ({ project }) => [`${project}/.cursor/mcp.json`],
    key: 'mcpServers',
    entry: plainMcpEntry,
  },
  instructions: {
    user: () => null,
    project: ({ project }) => `${project}/.cursor/rules/coord.mdc`,
    head: '---\ndescription: coord, the fleet of this computer\nalwaysApply: true\n---\n\n',
  },
  note: () => 'coord was never tried with Cursor itself: what is written follows its documents',
};
