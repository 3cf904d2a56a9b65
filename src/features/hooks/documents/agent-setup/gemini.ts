// Gemini CLI 0.61: hooks and MCP servers in one settings file, in which comments are legal. Times are milliseconds here. Tried with a model
// that stood in: all four events, and what their answers do.
import { SETTINGS_MOVED_BY } from '../../../../core/model/orders/agent.ts';
import { isRecord } from '../json-settings.ts';
import { type AgentFiles, plainMcpEntry } from './agent-files.ts';

const group = (command: string, timeout = 5_000) => ({ hooks: [{ name: 'coord', type: 'command', command, timeout }] });

export const gemini: AgentFiles = {
  folder: { path: '.gemini', movedBy: SETTINGS_MOVED_BY.gemini, below: '.gemini' },
  hooks: {
    user: ({ user }) => `${user}/settings.json`,
    project: ({ project }) => `${project}/.gemini/settings.json`,
    entries: (command) => ({
      SessionStart: group(command),
      BeforeAgent: group(command),
      AfterTool: { matcher: 'run_shell_command|write_file|replace', ...group(command, 3_000) },
      AfterAgent: group(command),
    }),
    // Tried: with --skip-trust it runs the person's own hooks, and none of the project's.
    trust: (isProject) => (isProject ? 'probably this folder is not trusted in Gemini yet (start gemini there)' : null),
    off({ hooksConfig }) {
      if (!isRecord(hooksConfig)) return null;
      if (hooksConfig.enabled === false) return 'hooksConfig.enabled';
      return Array.isArray(hooksConfig.disabled) && hooksConfig.disabled.includes('coord') ? 'hooksConfig.disabled' : null;
    },
  },
  mcp: {
    user: ({ user }) => [`${user}/settings.json`],
    project: ({ project }) => [`${project}/.gemini/settings.json`],
    key: 'mcpServers',
    entry: plainMcpEntry,
  },
  note: (isProject) =>
    isProject ? 'Gemini runs the hooks of a project only in a folder that you have trusted: start gemini there' : null,
  instructions: { user: ({ user }) => `${user}/GEMINI.md`, project: ({ project }) => `${project}/GEMINI.md` },
};
