// Finds the files of an agent's program that `coord agent setup` changes, and makes the commands in them, with whole paths of node and
// coord, because a program that was started from a desktop has a bare PATH.
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { shellWord } from '../../../core/base/shell-word.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { ownNode } from '../../../system/process/own-node.ts';
import type { Folders } from '../documents/agent-setup/agent-files.ts';
import { AGENT_FILES, type SetupAgent } from '../documents/agent-setup/agents.ts';

export interface AgentPlaces {
  /** With the hooks; null = the program has none. */
  readonly hooks: string | null;
  /** Where hooks are read from as well. */
  readonly others: readonly string[];
  /** Candidates for the MCP entry, the usual one last; none = the agent's own command writes it. */
  readonly mcp: readonly string[];
  /** Candidates for what that command writes. */
  readonly ownMcp: readonly string[];
  /** Null = the program has no such file there. */
  readonly instructions: string | null;
}

export function agentPlaces(world: World, agent: SetupAgent, isProject: boolean): AgentPlaces {
  const { folder, hooks, mcp, mcpByCommand, instructions } = AGENT_FILES[agent];
  const at: Folders = { user: userFolder(world, folder), project: world.cwd };
  const all = hooks === null ? [] : [hooks.user(at), hooks.project(at), ...(hooks.also?.(at) ?? [])];
  const own = hooks === null ? null : isProject ? hooks.project(at) : hooks.user(at);
  return {
    hooks: own,
    // At home, the user's settings and those of the project are one file.
    others: [...new Set(all)].filter((path) => path !== own),
    mcp: (isProject ? mcp?.project?.(at) : mcp?.user?.(at)) ?? [],
    ownMcp: mcpByCommand?.files(at) ?? [],
    instructions: isProject ? instructions.project(at) : instructions.user(at),
  };
}

function userFolder({ env }: World, { path, movedBy, below = '' }: (typeof AGENT_FILES)[SetupAgent]['folder']): string {
  const moved = movedBy === undefined ? undefined : env[movedBy];
  return moved ? join(moved, below) : join(env.HOME || homedir(), path);
}

export function hookCommand(world: World, mainPath: string, agent: SetupAgent): string {
  const home = world.env.COORD_HOME ? `COORD_HOME=${shellWord(world.home)} ` : '';
  // The file that `coord hook` starts, without what that takes (features/hooks/hook.ts).
  return `${home}${shellWord(ownNode())} ${shellWord(join(dirname(mainPath), 'coord-hook.cjs'))} ${agent}`;
}

/** What its own command line wants for the MCP entry; null = it has none that is needed. */
export function mcpCommand(world: World, mainPath: string, agent: SetupAgent): string | null {
  const env = world.env.COORD_HOME ? [`COORD_HOME=${shellWord(world.home)}`] : [];
  const begin = AGENT_FILES[agent].mcpByCommand?.add(env);
  return begin === undefined ? null : `${begin} ${shellWord(ownNode())} ${shellWord(mainPath)} mcp`;
}
