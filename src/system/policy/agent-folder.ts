// Says where an agent may work (O10). An agent edits everything below its folder without asking, so the owner names each such folder. None
// may hold what decides what runs here, what starts with the user, or an executable that others start.
import { delimiter, dirname, isAbsolute } from 'node:path';
import { shellWord } from '../../core/base/shell-word.ts';
import { SETTINGS_MOVERS } from '../../core/model/orders/agent.ts';
import { isInside, realFolder, realHome, realPath } from '../files/real-folder.ts';
import { fleetFolderAt } from '../fleet/fleet-folder.ts';

export interface AgentFolders {
  /** Of the policy. */
  readonly folders: readonly string[];
  /** Fleet folders of this computer. */
  readonly fleets: readonly string[];
  /** coord's home. */
  readonly own: readonly string[];
  /** PATH for runs. */
  readonly path: string;
  /** Programs that coord starts. */
  readonly executables: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly machineName: string;
}

/** Folders of the policy that count for agents: the home folder, and what holds it, is named by default, and not for them. */
export function foldersForAgents(folders: readonly string[]): string[] {
  const home = realHome();
  return folders.map((folder) => realFolder(folder) ?? folder).filter((folder) => !isInside(home, folder));
}

/** Null = it may work there. `folder`: real; `written`: as the order names it. */
export function agentFolderProblem(folder: string, written: string, place: AgentFolders): string | null {
  const never = neverFor(folder, place);
  if (never !== null) return `folder ${written}: ${never}`;
  if (foldersForAgents(place.folders).some((named) => isInside(folder, named))) return null;
  return `folder ${written} not allowed for agents; on ${place.machineName}: coord allow folder ${shellWord(written)}`;
}

/** Why no agent works there, whatever the policy names; null = nothing is against it. */
function neverFor(folder: string, { own, fleets, path, executables, env }: AgentFolders): string | null {
  const home = realHome();
  const overlaps = (it: string) => isInside(folder, it) || isInside(it, folder);
  if (isInside(home, folder))
    return 'the home folder is no place for an agent, which could edit all of it; give the order a "cwd" below it';
  const coords = [...own, ...fleets.flatMap((root) => [fleetFolderAt(root).state, fleetFolderAt(root).projection])];
  if (real(coords).some(overlaps))
    return 'coord keeps its own files there, which an agent could edit; give the order another "cwd"';
  if (isInside(folder, home) && isSettings(folder.slice(home.length + 1)))
    return 'programs keep their settings there, and what starts by itself; give the order another "cwd"';
  if (/(^|\/)\.git(\/|$)/i.test(folder)) return 'it is git’s own, and says what git runs; give the order another "cwd"';
  if (real(settingsFolders(env)).some(overlaps)) return 'an agent keeps its settings there; give the order another "cwd"';
  // A link that is started, and what it leads to.
  const started = executables.filter(isAbsolute).flatMap((it) => [it, realPath(it) ?? it]);
  const onPath = real([...path.split(delimiter), ...started.map((it) => dirname(it))]).find(overlaps);
  return onPath === undefined ? null : `programs that run here lie in ${onPath}; give the order another "cwd"`;
}

/** `below`: a path from the home folder. */
function isSettings(below: string): boolean {
  return below.startsWith('.') || (process.platform === 'darwin' && /^Library(\/|$)/.test(below));
}

/** Those that a variable has moved; the others are dot-folders of home. */
function settingsFolders(env: NodeJS.ProcessEnv): string[] {
  return SETTINGS_MOVERS.flatMap((name) => env[name] ?? []);
}

function real(paths: readonly string[]): string[] {
  return paths.filter(isAbsolute).map((path) => realFolder(path) ?? path);
}
