// Defines what `coord agent setup` has to know of an agent's program: its files, and the shape of a hook and of an MCP server in them.
// agents.ts has these data for each agent; the code that uses them is the same for all.
import type { Json } from '../../../../core/model/ledger/intention.ts';

export type JsonObject = { readonly [key: string]: Json };

/** `user`: the program's folder in the home of its user; `project`: the folder that is worked in. */
export interface Folders {
  readonly user: string;
  readonly project: string;
}

export interface AgentFiles {
  /** Below the home folder; `movedBy`: the variable that names another one, and `below` what is added to that. */
  readonly folder: { readonly path: string; readonly movedBy?: string; readonly below?: string };
  /** Null = the program knows no hooks that coord can use. */
  readonly hooks: HookFiles | null;
  /** Absent = by its own command alone. */
  readonly mcp?: McpFiles;
  /** Its own commands, where they alone write what it keeps for its user. */
  readonly mcpByCommand?: McpByCommand;
  /** Null = the program has no such file there. */
  readonly instructions: {
    user(at: Folders): string | null;
    project(at: Folders): string;
    /** What a new file begins with. */
    readonly head?: string;
  };
  /** What a person has to know, or do, after a setup; null = nothing. */
  note?(isProject: boolean): string | null;
}

export interface HookFiles {
  user(at: Folders): string;
  project(at: Folders): string;
  /** Where the program reads hooks as well. */
  also?(at: Folders): readonly string[];
  /** What stands under each event, by the program's word for it. */
  entries(command: string): Readonly<Record<string, JsonObject>>;
  /** Handlers stand under the event itself, not in groups. */
  readonly isFlat?: true;
  /** What the file has to say besides. */
  readonly needs?: JsonObject;
  /** The place that turns hooks off; null = nothing does. */
  off(settings: Readonly<Record<string, unknown>>): string | null;
  /** What becomes of a file with a comment, or a comma too much, in it; absent = nothing. */
  readonly looseMeans?: string;
  /** Where the program runs no hooks that nobody has trusted: that it never called is a fault then, with this as its cause. Null = it runs them. */
  trust?(isProject: boolean): string | null;
}

interface McpFiles {
  /** Candidates, the usual one last: the first that is there is it. Absent = the program's own command writes it. */
  user?(at: Folders): readonly string[];
  project?(at: Folders): readonly string[];
  /** Under which the servers stand. */
  readonly key: string;
  entry(command: readonly string[], env: Readonly<Record<string, string>>): JsonObject;
}

interface McpByCommand {
  /** Adds the server: up to where that one's command begins; `env`: words for a shell, `NAME=value`. */
  add(env: readonly string[]): string;
  /** Candidates for the file that it writes. */
  files(at: Folders): readonly string[];
  /** What takes the server out of each place where that file has it; `project`: in that folder alone, null = in all. */
  removals(text: string, project: string | null): readonly string[];
}

/** As most programs write it. */
export function plainMcpEntry([command = '', ...args]: readonly string[], env: Readonly<Record<string, string>>): JsonObject {
  return { command, args, ...(Object.keys(env).length === 0 ? {} : { env }) };
}
