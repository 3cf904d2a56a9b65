// Lists how each agent is recognized: its answer to `--version`, and the words that tell whether somebody is logged in.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type AgentName, type Login, SETTINGS_MOVED_BY } from '../../../core/model/orders/agent.ts';
import { needsNoLogin } from '../documents/codex-settings.ts';
import type { Answer } from './ask.ts';

type Environment = Readonly<Record<string, string>>;

export interface Signs {
  /** In what it says to `--version`: another program may have the same name. */
  readonly name: RegExp;
  /** Null = nothing cheap tells. */
  readonly login: {
    readonly words: readonly string[];
    read(answer: Answer): Login;
    /** Older ones would take these words for a task. Absent = all know them. */
    readonly since?: string;
    /** Where it says `out` and its settings say this, it may need none. `path`: of their file. */
    readonly unless?: { path(env: Environment): string; says(settings: string): boolean };
  } | null;
  /** It takes seconds to start. */
  readonly isSlow?: true;
}

/** The version, and nothing else. */
const BARE = /^v?\d+\.\d+\.\d+\S*$/m;

export const SIGNS: Readonly<Record<AgentName, Signs>> = {
  claude: {
    name: /claude code/i,
    login: {
      words: ['auth', 'status'],
      read({ stdout }) {
        const said = /"loggedIn"\s*:\s*(true|false)/.exec(stdout)?.[1];
        return said === undefined ? 'unknown' : said === 'true' ? 'in' : 'out';
      },
      since: '2.1.0',
    },
  },
  codex: {
    name: /codex/i,
    login: {
      words: ['login', 'status'],
      read: ({ code, stdout, stderr }) => (/not logged in/i.test(stdout + stderr) ? 'out' : code === 0 ? 'in' : 'unknown'),
      since: '0.50.0',
      unless: {
        path: (env) => join(env[SETTINGS_MOVED_BY.codex] || join(env.HOME || homedir(), '.codex'), 'config.toml'),
        says: needsNoLogin,
      },
    },
  },
  gemini: { name: BARE, login: null, isSlow: true },
  opencode: {
    name: BARE,
    // Without any, it still has models that ask for none.
    login: { words: ['auth', 'list'], read: ({ stdout }) => (/\b[1-9]\d* credentials?\b/.test(stdout) ? 'in' : 'unknown') },
    isSlow: true,
  },
  'cursor-agent': {
    name: /^\d{4}\.\d+|cursor/im,
    login: {
      words: ['status'],
      read({ stdout, stderr }) {
        if (/not (logged in|authenticated)/i.test(stdout + stderr)) return 'out';
        return /logged in|authenticated/i.test(stdout) ? 'in' : 'unknown';
      },
    },
  },
  aider: { name: /aider/i, login: null, isSlow: true },
};
