// Describes the MCP server that an agent has within a run: coord itself, with the few tools that a run needs. The agent starts it, and
// works without it if it cannot.
import { dirname, resolve } from 'node:path';
import type { AgentRequest, RunServer } from '../../../core/model/orders/agent.ts';
import { ownNode } from '../../../system/process/own-node.ts';
import { progressPath } from '../../../system/runs/run-place.ts';

/** What git and coord need of the environment; some agents pass on no more than they are told to. */
const PASSED = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'TZ',
  'SSH_AUTH_SOCK',
  'XDG_RUNTIME_DIR',
  'COORD_ORDER',
  'COORD_PROGRESS',
];

/** Null = there is no run to speak of. */
export function runServer(
  { notes }: Pick<AgentRequest, 'notes'>,
  env: NodeJS.ProcessEnv,
  main: string | undefined,
): RunServer | null {
  const path = progressPath(env);
  if (path === null || main === undefined || notes === null) return null;
  // <fleet folder>/.coord/runs/<run>/progress.json
  const fleet = resolve(dirname(path), '..', '..', '..');
  const passed = PASSED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  return {
    command: ownNode(),
    args: [main, '--dir', fleet, 'mcp'],
    env: { ...Object.fromEntries(passed), COORD_HOME: notes },
  };
}
