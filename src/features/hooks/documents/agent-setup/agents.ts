// The agents that `coord agent setup` knows: where each keeps its hooks, MCP servers and instructions, and how they are written there.
import { SETTINGS_MOVED_BY } from '../../../../core/model/orders/agent.ts';
import { isRecord } from '../../../../documents/json/is-record.ts';
import { claudeRemovals, codexRemovals } from '../added-servers.ts';
import { type AgentFiles, plainMcpEntry } from './agent-files.ts';

/** The hook takes a tenth of a second; these are for days on which the disk does not answer. */
const handler = (command: string, timeout = 5) => ({ type: 'command', command, timeout });

// Claude Code 2.1. Tried with a model that stood in: all four events, and what their answers do.
const claude: AgentFiles = {
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
  mcpByCommand: {
    add: (env) => `claude mcp add -s user coord${env.map((one) => ` -e ${one}`).join('')} --`,
    // It lies beside the folder, and in one that was moved.
    files: ({ user }) => [`${user}/.claude.json`, `${user}.json`],
    removals: claudeRemovals,
  },
  instructions: { user: ({ user }) => `${user}/CLAUDE.md`, project: ({ project }) => `${project}/CLAUDE.md` },
};

// Codex 0.169. Tried, not logged in: hooks at the start of a session and with a prompt, once they are trusted. By its documents: all else.
const codex: AgentFiles = {
  folder: { path: '.codex', movedBy: SETTINGS_MOVED_BY.codex },
  hooks: {
    user: ({ user }) => `${user}/hooks.json`,
    project: ({ project }) => `${project}/.codex/hooks.json`,
    entries: (command) => ({
      SessionStart: { matcher: 'startup|resume|clear', hooks: [{ ...handler(command), statusMessage: 'coord: inbox' }] },
      UserPromptSubmit: { hooks: [handler(command)] },
      Stop: { hooks: [handler(command)] },
    }),
    off: () => null,
    looseMeans: 'codex ignores the whole file, and so the hooks, until it is strict JSON',
    trust: () => 'probably not trusted in Codex yet (codex, then /hooks)',
  },
  mcpByCommand: {
    add: (env) => `codex mcp add coord${env.map((one) => ` --env ${one}`).join('')} --`,
    files: ({ user }) => [`${user}/config.toml`],
    removals: codexRemovals,
  },
  instructions: { user: ({ user }) => `${user}/AGENTS.md`, project: ({ project }) => `${project}/AGENTS.md` },
  note: () => 'Codex runs a hook only once you have trusted it: start codex, and review it under /hooks',
};

const group = (command: string, timeout = 5_000) => ({ hooks: [{ name: 'coord', type: 'command', command, timeout }] });

// Gemini CLI 0.61: hooks and MCP servers in one settings file, in which comments are legal. Times are milliseconds here. Tried with a model
// that stood in: all four events, and what their answers do.
const gemini: AgentFiles = {
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

// Cursor, by its documents and what others found with 3.20: it could not be run. Flat, lower-camel, with a version.
const cursor: AgentFiles = {
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

// opencode 1.18: no hooks that a settings file could name. It has the MCP tools, and instructions that say where messages are. Tried: it
// reads the entry and connects.
const opencode: AgentFiles = {
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

export const SETUP_AGENTS = ['claude', 'codex', 'gemini', 'cursor', 'opencode'] as const;
export type SetupAgent = (typeof SETUP_AGENTS)[number];

export const AGENT_FILES: Readonly<Record<SetupAgent, AgentFiles>> = { claude, codex, gemini, cursor, opencode };
