// Checks for `coord agent setup --check` which parts of the setup are there, and whether the agent's program ever called the hook.
import { join } from 'node:path';
import { readYaml } from '../../../documents/yaml/yaml-text.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { knownRoots } from '../../../system/fleet/known-roots.ts';
import { policyPath } from '../../../system/policy/policy-text.ts';
import { AGENT_FILES, type SetupAgent } from '../documents/agent-setup/agents.ts';
import { findHooks } from '../documents/hook-settings.ts';
import { blockState } from '../documents/instruction-block.ts';
import { mcpState } from '../documents/mcp-settings.ts';
import { readText } from './changes.ts';
import { namedNodes } from './gone-node.ts';
import { agentPlaces, hookCommand } from './places.ts';
import { hasOurs, looseLine, mcpEntry, mcpPlace, type SetupOptions } from './setup.ts';

export interface SetupCheck {
  /** Lines for people: what is as it should be. */
  readonly good: readonly string[];
  readonly bad: readonly string[];
}

interface Lines {
  readonly good: string[];
  readonly bad: string[];
}

export function checkSetup(world: World, options: SetupOptions): SetupCheck {
  const { agent, mainPath, isProject } = options;
  const lines: Lines = { good: [], bad: [] };
  const { good, bad } = lines;
  const places = agentPlaces(world, agent, isProject);
  if (places.hooks === null) good.push(`hooks: ${agent} has none, so messages do not arrive by themselves`);
  else checkHooks(world, options, places.hooks, places.others, lines);
  bad.push(...namedNodes(world, agent, isProject).gone);
  if (places.instructions === null) good.push(`instructions: ${agent} has a file for them in a project alone`);
  else {
    const block = blockState(readText(places.instructions));
    (block === 'as written' ? good : bad).push(
      `instructions: ${block === 'absent' ? 'not there' : block} in ${places.instructions}`,
    );
  }
  const unseen = fleetsOutOfSight(world.home);
  if (unseen.length > 0)
    bad.push(
      `the hook does not find ${unseen.join(' and ')}: give each fleet folder a line of its own in ${policyPath(world.home)}`,
    );
  const file = mcpPlace(world, options);
  if (file !== null) {
    const state = mcpState(readText(file), AGENT_FILES[agent].mcp?.key ?? '', mcpEntry(world, agent, mainPath), file);
    const isThere = state === 'as written';
    (isThere ? good : bad).push(`MCP entry: ${isThere ? 'as written' : 'not there, or another one,'} in ${file}`);
  }
  return lines;
}

/** The hook reads the policy by its lines; YAML knows other ways to write the same. */
function fleetsOutOfSight(home: string): readonly string[] {
  const path = policyPath(home);
  const { value } = readYaml(readText(path) ?? '', path);
  const fleets = (value as { readonly fleets?: object } | null)?.fleets;
  const seen = knownRoots(home);
  return Object.keys(fleets ?? {}).filter((root) => !seen.includes(root));
}

function checkHooks(world: World, options: SetupOptions, path: string, others: readonly string[], { good, bad }: Lines): void {
  const { agent } = options;
  const shape = AGENT_FILES[agent].hooks;
  if (shape === null) return;
  const found = findHooks(readText(path), shape, path, hookCommand(world, options.mainPath, agent));
  const isThere = !('why' in found) && Object.keys(found.commands).length > 0;
  if ('why' in found) bad.push(found.why);
  else {
    const twice = Object.entries(found.commands).find(([, commands]) => commands.length > 1);
    if (!isThere) bad.push(`hooks: not installed in ${path}`);
    else if (twice !== undefined) bad.push(`hooks: ${twice[1].length} of coord at ${twice[0]} in ${path}`);
    else if (found.asWritten) good.push(`hooks: installed in ${path}`);
    else bad.push(`hooks: installed in ${path}, and changed by hand or of another coord`);
    const loose = looseLine(agent, found.loose);
    if (loose !== null) bad.push(loose);
    if (found.off !== null) bad.push(`hooks: turned off by ${found.off} in ${path}`);
    if (isThere) checkCalls(world, agent, shape.trust?.(options.isProject) ?? null, { good, bad });
  }
  const doubles = others.filter((other) => hasOurs(agent, other));
  if (doubles.length > 0) {
    const where = doubles.join(' and ');
    if (isThere) bad.push(`hooks: also in ${where}; each message still arrives once; the second one is not needed`);
    else good.push(`hooks: but there are some in ${where}`);
  }
}

function checkCalls(world: World, agent: SetupAgent, trust: string | null, { good, bad }: Lines): void {
  const last = (readText(join(world.home, 'hook-calls', agent)) ?? '').trim();
  if (last !== '') good.push(`last called: ${last}`);
  else if (trust !== null) bad.push(`installed, never called: ${trust}`);
  else good.push('never called yet');
}
