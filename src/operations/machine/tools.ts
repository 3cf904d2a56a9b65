// Keeps the executables that the owner of this computer names as its tools (I5, O10): in coord's home, for every fleet of the computer.
import { AGENT_NAMES, isAgentName } from '../../core/model/orders/agent.ts';
import { isToolName } from '../../core/orders/asked-tools.ts';
import { CoordError } from '../../errors.ts';
import { namedTools, writeNamedTools } from '../../system/fleet/computer.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../system/fleet/identity-file.ts';
import { findExecutable } from '../../system/process/find-executable.ts';
import type { World } from '../sync/dependencies.ts';

export interface NamedTool {
  readonly name: string;
  /** Where it is on the PATH that runs here get; null = it is not there, and is not said. */
  readonly program: string | null;
}

/** Looks for each by its name; starts none of them. */
export function toolsNamed(world: World, folder: FleetFolder): readonly NamedTool[] {
  const { path } = readIdentity(folder);
  return namedTools(world.home).map((name) => ({ name, program: findExecutable(name, path) }));
}

/** Throws USAGE for what can be no program, or is an AI agent. */
export function changeTools(world: World, folder: FleetFolder, names: readonly string[], isThere: boolean): readonly NamedTool[] {
  for (const name of names) {
    if (!isToolName(name))
      throw new CoordError('USAGE', `expected the name of a program, such as docker, found ${name}`, 'coord tool add docker');
    if (isAgentName(name))
      throw new CoordError(
        'USAGE',
        `${name} is an AI agent, which is found by itself once agents may work here`,
        'coord agent detect',
      );
  }
  const before = namedTools(world.home);
  writeNamedTools(world.home, isThere ? [...before, ...names] : before.filter((name) => !names.includes(name)));
  return toolsNamed(world, folder);
}

/** AI agents that seem to be installed: by their names alone, none is started and nothing is noted. */
export function agentsOnPath(path: string): readonly string[] {
  return AGENT_NAMES.filter((name) => findExecutable(name, path) !== null);
}
