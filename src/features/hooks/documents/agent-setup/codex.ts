// Codex 0.169. Tried, not logged in: hooks at the start of a session and with a prompt, once they are trusted. By its documents: all else.
import { SETTINGS_MOVED_BY } from '../../../../core/model/orders/agent.ts';
import type { AgentFiles } from './agent-files.ts';

const handler = (command: string) => ({ type: 'command', command, timeout: 5 });

export const codex: AgentFiles = {
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
  mcpCommand: (env) => `codex mcp add coord${env.map((one) => ` --env ${one}`).join('')} --`,
  instructions: { user: ({ user }) => `${user}/AGENTS.md`, project: ({ project }) => `${project}/AGENTS.md` },
  note: () => 'Codex runs a hook only once you have trusted it: start codex, and review it under /hooks',
};
