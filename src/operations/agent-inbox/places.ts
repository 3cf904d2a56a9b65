// Where an agent's program keeps what `coord agent setup` changes, and the commands that stand there: with the whole paths of node and
// coord, because a program that was started from a desktop has a bare PATH.
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { HookAgent } from '../../documents/hook-call.ts';
import type { World } from '../world.ts';

export interface AgentPlaces {
  /** With the hooks. */
  readonly settings: string;
  /** Where hooks are read from as well. */
  readonly others: readonly string[];
  readonly instructions: string;
  /** Null = the agent's own command writes it. */
  readonly mcp: string | null;
}

export function agentPlaces(world: World, agent: HookAgent, isProject: boolean): AgentPlaces {
  const { env, cwd } = world;
  const home = env.HOME || homedir();
  if (agent === 'codex') {
    const [user, project] = [env.CODEX_HOME || join(home, '.codex'), join(cwd, '.codex')];
    const all = [join(user, 'hooks.json'), join(project, 'hooks.json')];
    const settings = isProject ? join(project, 'hooks.json') : join(user, 'hooks.json');
    return { settings, others: othersOf(all, settings), instructions: join(isProject ? cwd : user, 'AGENTS.md'), mcp: null };
  }
  const [user, project] = [env.CLAUDE_CONFIG_DIR || join(home, '.claude'), join(cwd, '.claude')];
  const all = [join(user, 'settings.json'), join(project, 'settings.json'), join(project, 'settings.local.json')];
  const settings = isProject ? join(project, 'settings.local.json') : join(user, 'settings.json');
  return {
    settings,
    others: othersOf(all, settings),
    instructions: join(isProject ? cwd : user, 'CLAUDE.md'),
    mcp: isProject ? join(cwd, '.mcp.json') : null,
  };
}

/** At home, the user's settings and those of the project are one file. */
function othersOf(all: readonly string[], settings: string): readonly string[] {
  return [...new Set(all)].filter((path) => path !== settings);
}

export function hookCommand(world: World, mainPath: string, agent: HookAgent): string {
  const home = world.env.COORD_HOME ? `COORD_HOME=${quoted(world.home)} ` : '';
  // The file that `coord hook` starts, without what that takes (src/hook.ts).
  return `${home}${quoted(process.execPath)} ${quoted(join(dirname(mainPath), 'coord-hook.cjs'))} ${agent}`;
}

/** What its own command line wants for the MCP entry. */
export function mcpCommand(world: World, mainPath: string, agent: HookAgent): string {
  const coordHome = world.env.COORD_HOME;
  const start = `${quoted(process.execPath)} ${quoted(mainPath)} mcp`;
  if (agent === 'codex') return `codex mcp add coord${coordHome ? ` --env COORD_HOME=${quoted(world.home)}` : ''} -- ${start}`;
  return `claude mcp add -s user coord${coordHome ? ` -e COORD_HOME=${quoted(world.home)}` : ''} -- ${start}`;
}

/** For a POSIX shell; plain words as they are. */
function quoted(word: string): string {
  return /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
