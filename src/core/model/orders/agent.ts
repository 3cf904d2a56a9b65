// AI coding agents (O15): what an order asks of one, which were found on this computer, what its owner allows them, and what the process that
// runs one is told.

export const AGENT_NAMES = ['claude', 'codex', 'gemini', 'opencode', 'cursor-agent', 'aider'] as const;
export type AgentName = (typeof AGENT_NAMES)[number];

/** The name of an agent that coord does not know: an order may name one, and a machine has it where its owner says how it is run. */
export const PLAIN_AGENT_NAME = /^[a-z][a-z0-9_-]{0,39}$/;

/** How its owner has it run (`agents.yaml`). */
export interface PlainAgent {
  /** The executable, by its name or whole path, and its words. */
  readonly command: readonly [string, ...string[]];
  /** `argument`, `file`: the prompt, or the path of a file with it, is the last word. */
  readonly prompt: 'argument' | 'stdin' | 'file';
  /** It worked if it ended with that, and if some line of its output is like `says`, a regular expression. Null = any output. */
  readonly exit: number;
  readonly says: string | null;
}

/** Variables that move the folder in which an agent keeps its settings. */
export const SETTINGS_MOVED_BY = {
  claude: 'CLAUDE_CONFIG_DIR',
  codex: 'CODEX_HOME',
  gemini: 'GEMINI_CLI_HOME',
  opencode: 'XDG_CONFIG_HOME',
  'cursor-agent': 'CURSOR_CONFIG_DIR',
} as const;

/** All that move what agents keep, logins too: a person’s reach each run, no order sets one unasked, and no run of an agent works in such a place. */
export const SETTINGS_MOVERS: readonly string[] = [
  ...Object.values(SETTINGS_MOVED_BY),
  // opencode has its login in the first, and names of files and folders of its own besides.
  ...['XDG_DATA_HOME', 'XDG_STATE_HOME', 'OPENCODE_CONFIG', 'OPENCODE_CONFIG_DIR'],
];

export function isAgentName(name: string): name is AgentName {
  return (AGENT_NAMES as readonly string[]).includes(name);
}

/** A tool of an agent, or a rule for one: `Edit`, `Bash(npm test)`. One, and no option of a command line. */
export const TOOL_RULE = /^[A-Za-z][A-Za-z0-9_]{0,99}(?:\([^()\r\n\u0000]{1,300}\))?$/;

/** The work of an order for an agent. */
export interface AgentTask {
  readonly kind: 'agent';
  readonly agent: string;
  readonly prompt: string;
  /** Absent = as the agent is set up there. */
  readonly model?: string;
  readonly budgetUsd?: number;
  readonly maxTurns?: number;
  /** Absent = those that the machine's owner allows anyway. */
  readonly allowedTools?: readonly string[];
  /** A run without progress for this long is ended. Absent = `SILENCE_MS`. */
  readonly silenceMs?: number;
}

export const SILENCE_MS = 600_000;

/** `unknown`: there is no cheap way to tell. */
export type Login = 'in' | 'out' | 'unknown';

/** O15.12: its usage limit is reached, as a run of it found out, and nothing more is given to it until then. */
export interface UsageLimit {
  /** ISO 8601 UTC, both. */
  readonly since: string;
  readonly until: string;
}

export interface FoundAgent {
  readonly name: string;
  /** Absent = coord knows it. */
  readonly plain?: PlainAgent;
  /** Absolute. */
  readonly program: string;
  readonly version: string | null;
  readonly login: Login;
  /** Why it cannot be used; null = it answers. */
  readonly problem: string | null;
  /** Absent = none is known. */
  readonly limit?: UsageLimit;
}

/** What the owner lets an agent do; only the local policy says it. */
export interface AgentRules {
  /** Null = the least. */
  readonly permission: string | null;
  readonly allowedTools: readonly string[];
  /** Variables of the secrets files that the agent itself gets. */
  readonly env: readonly string[];
  /** The most that one run may cost; null = as the order says. */
  readonly budgetUsd: number | null;
  /** Settings, hooks and servers that lie in the folder it works in count too. */
  readonly projectSettings: boolean;
}

export const NO_RULES: AgentRules = { permission: null, allowedTools: [], env: [], budgetUsd: null, projectSettings: false };

/** The document that says what is wanted, as main has it. */
export interface Spec {
  /** As the order names it. */
  readonly name: string;
  /** Null = only its name is known. */
  readonly text: string | null;
  /** A sentence on what is missing of the text, and why; null = it is whole. */
  readonly note: string | null;
}

/** The session that a run goes on in (O17), and what the agent is told of it. */
export interface Resumed {
  readonly session: string;
  /** The run that it goes on from. */
  readonly generation: number;
  readonly attempt: number;
  /** O21.1: what the session had told in all by the end of that run, in dollars or tokens, as its agent counts; absent = nothing is known. */
  readonly told?: number;
  /** Null = it is told to go on, and nothing else. */
  readonly words: string | null;
  /** How that run ended. */
  readonly ended: string;
  /** The order still asks for the work of that run. */
  readonly isSameTask: boolean;
}

/** Of another maker, which is here, and nobody says how it is run. */
export interface SeenAgent {
  /** Its executable. */
  readonly name: string;
  /** For agents.yaml. */
  readonly entry: string;
  /** What that lets it do, by its documents. */
  readonly may: string;
}

export interface DetectedAgents {
  readonly agents: readonly FoundAgent[];
  /** None of them was started. */
  readonly seen: readonly SeenAgent[];
}

/** What the process that runs an agent reads from the spec of its run. */
export interface AgentRequest {
  readonly agent: string;
  readonly plain?: PlainAgent;
  /** Absolute. */
  readonly program: string;
  /** The machine's name. */
  readonly machine: string;
  readonly title: string | null;
  readonly spec: Spec | null;
  /** As people wrote it. */
  readonly check: string | null;
  readonly prompt: string;
  readonly model: string | null;
  readonly budgetUsd: number | null;
  readonly maxTurns: number | null;
  readonly allowedTools: readonly string[];
  readonly permission: string;
  readonly projectSettings: boolean;
  readonly silenceMs: number;
  /** Absent = it begins afresh. */
  readonly resume?: Resumed;
  /** O18: coord as its MCP server; absent = it has none. Known only to the process that starts it. */
  readonly server?: RunServer;
  /** Variables of the run that are for its check, and not the agent's. */
  readonly withheld: readonly string[];
  /** Folder with the list of found agents, in which it notes that nobody is logged in; null = it notes nothing. */
  readonly notes: string | null;
  /** How often its order is tried; absent = it works for none. */
  readonly attempts?: number;
  /** True: it is told the prompt alone, because it works for no order. */
  readonly asIs?: true;
}

/** What is asked of an agent beside all orders. */
export interface AgentQuestion {
  readonly request: AgentRequest;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** What it does, as it does it. */
  onLine(line: string): void;
}

export interface AgentAnswer {
  /** Whole; null = it gave none. */
  readonly answer: string | null;
  /** Null = it reports success. */
  readonly problem: string | null;
}

/** How an agent starts coord's MCP server. */
export interface RunServer {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The tools of that server for a run: none gives orders to machines, and none marks messages as read. */
export const RUN_TOOLS = ['fleet_status', 'report_progress', 'hand_off', 'ask'] as const;

/** The exit code of `coord __agent` where only a person can help: a login, a permission, a limit that the last attempt found. */
export const AGENT_ASKS = 3;
