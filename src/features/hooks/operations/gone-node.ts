// Finds settings of agents' programs in which coord's hooks or MCP entry start a node that is not there any more, as after an upgrade.
import { existsSync } from 'node:fs';
import { shellWords } from '../../../core/base/shell-word.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { textIn } from '../../../system/files/read-if-there.ts';
import { AGENT_FILES, type SetupAgent } from '../documents/agent-setup/agents.ts';
import { findHooks } from '../documents/hook-settings.ts';
import { mcpProgram } from '../documents/mcp-settings.ts';
import { agentPlaces } from './places.ts';

export interface NamedNodes {
  /** Something of coord's is in its settings. */
  readonly isSetUp: boolean;
  /** A line for each node that is gone and each file that names it. */
  readonly gone: readonly string[];
}

export function namedNodes(world: World, agent: SetupAgent, isProject: boolean): NamedNodes {
  const { hooks: shape, mcp } = AGENT_FILES[agent];
  const places = agentPlaces(world, agent, isProject);
  const ofHooks =
    places.hooks === null || shape === null ? [] : hookPrograms(findHooks(textIn(places.hooks), shape, places.hooks));
  const named = [
    ...ofHooks.map((program) => ({ path: places.hooks, program })),
    ...places.mcp.flatMap((path) => mcpProgram(textIn(path), mcp?.key ?? '', path).map((program) => ({ path, program }))),
  ];
  const gone = named.filter(({ program }) => program.startsWith('/') && !existsSync(program));
  return {
    isSetUp: named.length > 0,
    gone: [...new Set(gone.map(({ path, program }) => `${path} names ${program}, which is not there`))],
  };
}

/** Of each command what it starts, behind its variables. */
function hookPrograms(found: ReturnType<typeof findHooks>): readonly string[] {
  const commands = 'why' in found ? [] : Object.values(found.commands).flat();
  return commands.map((command) => shellWords(command).find((word) => !/^[A-Z_]+=/.test(word)) ?? '');
}
