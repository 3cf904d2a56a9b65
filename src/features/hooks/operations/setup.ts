// Sets up hooks, instructions and the MCP entry of one agent for `coord agent setup`; documents/agent-setup has places and shapes.
import { sameValue } from '../../../core/base/same-value.ts';
import type { Json } from '../../../core/model/ledger/intention.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { textIn } from '../../../system/files/read-if-there.ts';
import { ownNode } from '../../../system/process/own-node.ts';
import type { JsonObject } from '../documents/agent-setup/agent-files.ts';
import { AGENT_FILES, SETUP_AGENTS, type SetupAgent } from '../documents/agent-setup/agents.ts';
import { type Edited, findHooks, withHooks, withoutHooks } from '../documents/hook-settings.ts';
import { withBlock, withoutBlock } from '../documents/instruction-block.ts';
import { readSettings } from '../documents/json-settings.ts';
import { mcpState, withMcp } from '../documents/mcp-settings.ts';
import { changesOf, type FileChange, readText, refused } from './changes.ts';
import { agentPlaces, hookCommand, mcpCommand } from './places.ts';

export interface SetupOptions {
  readonly agent: SetupAgent;
  readonly isProject: boolean;
  readonly mainPath: string;
}

/** Throws REFUSED where a file does not parse, with its place. Only what differs is in it. */
export function setupChanges(world: World, options: SetupOptions): readonly FileChange[] {
  const { agent, mainPath } = options;
  const { hooks: shape, mcp, instructions } = AGENT_FILES[agent];
  const places = agentPlaces(world, agent, options.isProject);
  const { hooks } = places;
  const mcpFile = mcpPlace(world, options);
  return changesOf([
    ...(hooks === null || shape === null
      ? []
      : [
          {
            path: hooks,
            edit: (text: string | null) => edited(withHooks(text, shape, hookCommand(world, mainPath, agent), hooks)),
          },
        ]),
    ...(mcpFile === null || mcp === undefined
      ? []
      : [
          {
            path: mcpFile,
            edit: (text: string | null) => edited(withMcp(text, mcp.key, mcpEntry(world, agent, mainPath), mcpFile)),
          },
        ]),
    ...(places.instructions === null
      ? []
      : [{ path: places.instructions, edit: (text: string | null) => withBlock(text, instructions.head) }]),
  ]);
}

export function removalChanges(world: World, options: SetupOptions): readonly FileChange[] {
  const { agent } = options;
  const { hooks: shape, mcp, instructions } = AGENT_FILES[agent];
  const places = agentPlaces(world, agent, options.isProject);
  const { hooks } = places;
  const mcpFile = mcpPlace(world, options);
  const own = shape?.needs ?? {};
  return changesOf([
    ...(hooks === null || shape === null
      ? []
      : [{ path: hooks, edit: (text: string | null) => unlessBare(text, edited(withoutHooks(text, shape, hooks)), own) }]),
    ...(mcpFile === null || mcp === undefined
      ? []
      : [{ path: mcpFile, edit: (text: string | null) => unlessBare(text, edited(withMcp(text, mcp.key, null, mcpFile)), {}) }]),
    ...(places.instructions === null || othersRead(world, options, places.instructions)
      ? []
      : [{ path: places.instructions, edit: (text: string | null) => withoutBlock(text, instructions.head) }]),
  ]);
}

/** What a person still has to do, or has to know, after a setup. */
export function setupNotes(world: World, options: SetupOptions): readonly string[] {
  const { agent, isProject, mainPath } = options;
  const { hooks: shape, note } = AGENT_FILES[agent];
  const said = note?.(isProject) ?? null;
  const { hooks, instructions, mcp } = agentPlaces(world, agent, isProject);
  const found = hooks === null || shape === null ? null : findHooks(readText(hooks), shape, hooks);
  const loose = found === null || 'why' in found ? null : looseLine(agent, found.loose);
  const command = mcp.length === 0 ? mcpCommand(world, mainPath, agent) : null;
  return [
    ...(loose === null ? [] : [loose]),
    ...(said === null ? [] : [said]),
    ...(instructions === null
      ? [`no instructions were written: ${agent} has a file for them in a project alone (--project)`]
      : []),
    ...(command === null ? [] : [`for the MCP tools: ${command}`]),
  ];
}

/** What the agent's own command added, and has to take out. */
export function removalNotes(world: World, { agent, isProject }: SetupOptions): readonly string[] {
  const { ownMcp } = agentPlaces(world, agent, isProject);
  const { removals } = AGENT_FILES[agent].mcpByCommand ?? {};
  const commands = ownMcp.flatMap((path) => removals?.(textIn(path) ?? '', isProject ? world.cwd : null) ?? []);
  return commands.map((command) => `for the MCP tools: ${command}`);
}

/** `loose`: the place of a comment, or of a comma too much; null where the program does not mind. */
export function looseLine(agent: SetupAgent, loose: string | null): string | null {
  const means = AGENT_FILES[agent].hooks?.looseMeans;
  return loose === null || means === undefined ? null : `${loose}: a comment, or a comma too much; ${means}`;
}

export function mcpEntry(world: World, agent: SetupAgent, mainPath: string): Json {
  const env: Record<string, string> = world.env.COORD_HOME ? { COORD_HOME: world.home } : {};
  return AGENT_FILES[agent].mcp?.entry([ownNode(), mainPath, 'mcp'], env) ?? null;
}

/** Of several candidates the one with our entry, else the first that is there, else the usual one. Null = there is none. */
export function mcpPlace(world: World, { agent, isProject, mainPath }: SetupOptions): string | null {
  const { mcp } = agentPlaces(world, agent, isProject);
  const key = AGENT_FILES[agent].mcp?.key ?? '';
  const entry = mcpEntry(world, agent, mainPath);
  const holds = (path: string) => mcpState(readText(path), key, entry, path) !== 'absent';
  return mcp.find(holds) ?? mcp.find((path) => readText(path) !== null) ?? mcp.at(-1) ?? null;
}

/** Another agent that is set up reads the same instructions. */
function othersRead(world: World, options: SetupOptions, path: string): boolean {
  return SETUP_AGENTS.some((agent) => {
    if (agent === options.agent) return false;
    const places = agentPlaces(world, agent, options.isProject);
    if (places.instructions !== path) return false;
    const file = mcpPlace(world, { ...options, agent });
    const { hooks: shape, mcp } = AGENT_FILES[agent];
    const hasHooks = places.hooks !== null && shape !== null && hasOurs(agent, places.hooks);
    const entry = mcpEntry(world, agent, options.mainPath);
    return hasHooks || (file !== null && mcp !== undefined && mcpState(readText(file), mcp.key, entry, file) === 'as written');
  });
}

export function hasOurs(agent: SetupAgent, path: string): boolean {
  const shape = AGENT_FILES[agent].hooks;
  if (shape === null) return false;
  const found = findHooks(readText(path), shape, path);
  return !('why' in found) && Object.keys(found.commands).length > 0;
}

function edited(result: Edited): string | null {
  if (result.kind === 'refused') throw refused(result.why);
  return result.text;
}

/** Of its own file, coord leaves nothing behind: `own` is what it has put there besides. */
function unlessBare(before: string | null, after: string | null, own: JsonObject): string | null {
  if (after === before || after === null || /\/[/*]/.test(after)) return after;
  const left = readSettings(after, '');
  if (left.kind === 'refused') return after;
  return [{}, own].some((bare) => sameValue(left.value, bare)) ? null : after;
}
