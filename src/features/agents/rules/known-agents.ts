// Lists what is known of each agent: the limits that it keeps, its key in the policy, its login and its sessions.
import { type AgentName, isAgentName } from '../../../core/model/orders/agent.ts';

/** Limits that an order may name, and that not every agent knows. */
export type AgentLimit = 'budget' | 'max_turns' | 'allowed_tools';

interface AgentTraits {
  readonly limits: readonly AgentLimit[];
  /** The key of its policy that says what it may do without asking; `least` is the least that can do work, null = its owner has to say. */
  readonly permission: { readonly key: string; readonly values: readonly string[]; readonly least: string | null };
  /** Settings in its folder count only if the owner says so (`project_settings`). False: the agent decides by itself. */
  readonly hasProjectSettings: boolean;
  /** What a person does at the machine to log in. */
  readonly logIn: string;
  /** It keeps its sessions, and can go on in a named one (O17). */
  readonly keepsSessions: boolean;
  /** Its output does not tell whether it succeeded, so its order needs a check. */
  readonly needsCheck?: true;
}

/** `least`: edits files in its folder; all else is denied, or stays in the tool's own sandbox. */
export const AGENTS: Readonly<Record<AgentName, AgentTraits>> = {
  claude: {
    limits: ['budget', 'max_turns', 'allowed_tools'],
    permission: {
      key: 'permission_mode',
      values: ['plan', 'default', 'dontAsk', 'acceptEdits', 'auto', 'bypassPermissions'],
      least: 'acceptEdits',
    },
    hasProjectSettings: true,
    logIn: 'claude /login',
    keepsSessions: true,
  },
  codex: {
    limits: [],
    permission: {
      key: 'sandbox',
      values: ['read-only', 'workspace-write', 'danger-full-access'],
      least: 'workspace-write',
    },
    hasProjectSettings: false,
    logIn: 'codex login',
    keepsSessions: true,
  },
  gemini: {
    limits: [],
    permission: { key: 'approval_mode', values: ['plan', 'default', 'auto_edit', 'yolo'], least: 'auto_edit' },
    hasProjectSettings: true,
    logIn: 'gemini, and log in',
    keepsSessions: true,
  },
  opencode: {
    limits: [],
    permission: { key: 'permission', values: ['read', 'edit', 'all'], least: 'edit' },
    hasProjectSettings: false,
    logIn: 'opencode auth login',
    keepsSessions: true,
  },
  'cursor-agent': {
    limits: [],
    // Without it, it changes nothing; with it, it runs any command.
    permission: { key: 'force', values: ['yes'], least: null },
    hasProjectSettings: true,
    logIn: 'cursor-agent login',
    keepsSessions: true,
  },
  aider: {
    limits: [],
    permission: { key: 'commits', values: ['no', 'yes'], least: 'no' },
    hasProjectSettings: true,
    logIn: 'give it the key of its model (docs/agents.md)',
    keepsSessions: false,
    needsCheck: true,
  },
};

/** What is known of one that its owner describes: nothing but that. */
const PLAIN: AgentTraits = {
  limits: [],
  permission: { key: 'command', values: [], least: 'as agents.yaml says' },
  hasProjectSettings: false,
  logIn: 'log in as it asks for',
  keepsSessions: false,
};

export function traitsOf(name: string): AgentTraits {
  return isAgentName(name) ? AGENTS[name] : PLAIN;
}
