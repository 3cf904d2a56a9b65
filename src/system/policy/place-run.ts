// Where and with which environment an order runs on this computer. The environment is the same from a terminal, cron or a
// daemon: a short list of the person's own variables, what the order sets, the owner's secrets, and the fencing token (O7).

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { because } from '../../core/base/reasons.ts';
import { shellWord } from '../../core/base/shell-word.ts';
import type { ProgramStatus } from '../../core/model/machines/program.ts';
import type { AgentRequest } from '../../core/model/orders/agent.ts';
import type { Call, CallRequest } from '../../core/model/orders/call.ts';
import type { Order } from '../../core/model/orders/order.ts';
import type { Because } from '../../core/model/orders/reason.ts';
import { type AgentPlace, requestOfAgent } from '../../features/agents/system/place-agent.ts';
import { requestOfWorkspace, type WorkspaceSetting } from '../../features/workspaces/system/place-workspace.ts';
import type { RunSpec } from '../../ports.ts';
import { readText } from '../files/read-if-there.ts';
import { isInside, realFolder } from '../files/real-folder.ts';
import { type AgentFolders, agentFolderProblem } from './agent-folder.ts';
import { expandHome, type LocalPolicy } from './policy-file.ts';

/** Names, or prefixes that end in `*`, of the person's variables that runs get. */
const PASSED_ON = ['HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_*', 'TZ', 'TMPDIR', 'XDG_RUNTIME_DIR', 'SSH_AUTH_SOCK'];

export interface Placement {
  readonly policy: LocalPolicy;
  readonly machine: number;
  readonly machineName: string;
  /** PATH for runs. */
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;
  readonly secrets: Readonly<Record<string, string>>;
  /** Sends what the spec of its run says (O14). */
  readonly caller: readonly [string, ...string[]];
  readonly programs: readonly ProgramStatus[];
  /** Agents that were found here, and coord's home; absent = none was. */
  readonly agents?: Pick<AgentPlace, 'found' | 'home'>;
  /** Of the fleet folder. */
  readonly state: string;
  /** For orders with a workspace; absent = none can be made. */
  readonly workspaces?: Pick<WorkspaceSetting, 'home' | 'fleet' | 'machine'>;
}

export function placeRun(
  order: Order,
  attempt: number,
  key: string,
  program: string | null,
  placement: Placement,
): RunSpec | { readonly blocked: Because } {
  const { policy, machineName } = placement;
  const { work } = order;
  const call = work.kind === 'call' ? requestOf(work, program, placement.programs) : null;
  if (call !== null && 'blocked' in call) return call;
  const agent =
    work.kind === 'agent' ? requestOfAgent(order, work, { found: [], home: '', ...placement.agents, ...placement }) : null;
  if (agent !== null && 'blocked' in agent) return agent;
  const workspace = requestOfWorkspace(order, attempt, placement);
  if (workspace !== null && 'blocked' in workspace) return workspace;
  const runsCommands = call === null || order.check !== null;
  // A workspace is made where nobody else is, and `cwd` lies in it.
  const written = workspace === null ? (order.cwd ?? '~') : '/';
  const cwd = realFolder(expandHome(written));
  if (cwd === null) return { blocked: because.folderMissing(written, machineName) };
  // A request is in no folder.
  const isPlaced = workspace === null && (runsCommands || order.cwd !== null);
  const unfit = agent === null || workspace !== null ? null : agentFolderProblem(cwd, written, foldersFor(agent, placement));
  if (unfit !== null) return { blocked: because.folderNotAllowed(unfit) };
  if (isPlaced && !policy.folders.some((folder) => isInside(cwd, realFolder(folder) ?? folder))) {
    const how = `coord allow folder ${shellWord(written)}`;
    return { blocked: because.folderNotAllowed(`folder ${written} not allowed on ${machineName}; there: ${how}`) };
  }
  const { id, generation } = order;
  return {
    key,
    order: id,
    generation,
    attempt,
    command: work.kind === 'shell' ? work.command : { kind: 'argv', argv: ownCommand(work.kind, placement.caller) },
    ...(call === null ? {} : { call }),
    ...(agent === null ? {} : { agent }),
    ...(workspace === null ? {} : { workspace }),
    check: order.check,
    cwd,
    timeoutMs: Math.min(order.timeoutMs, policy.timeoutMsMax),
    lease: null,
    env: {
      ...passedOn(placement.env),
      PATH: placement.path,
      ...(runsCommands ? { ...secretsFor(order, agent, placement.secrets), ...order.env } : {}),
      COORD_ORDER: id,
      COORD_GENERATION: String(generation),
      COORD_ATTEMPT: String(attempt),
      COORD_IDEMPOTENCY_KEY: `${id}@${generation}`,
      COORD_MACHINE: String(placement.machine),
      COORD_MACHINE_NAME: machineName,
    },
  };
}

function foldersFor(agent: AgentRequest, { policy, state, path, env, caller, agents, machineName }: Placement): AgentFolders {
  const own = agent.notes === null ? [] : [agent.notes];
  const fleets = [...(policy.fleets ?? []), dirname(state)];
  const programs = [agent.program, ...caller, ...(agents?.found ?? []).map((it) => it.program)];
  return { folders: policy.folders, fleets, own, path, programs, env, machineName };
}

/** Coord's own command for it stands beside the one for calls. */
function ownCommand(kind: 'call' | 'agent', caller: Placement['caller']): Placement['caller'] {
  const [program, ...words] = caller;
  return kind === 'call' ? caller : [program, ...words.slice(0, -1), '__agent'];
}

/** Where no check runs, an agent's run has none but the agent's own. */
function secretsFor({ check }: Order, agent: AgentRequest | null, secrets: Placement['secrets']): Record<string, string> {
  const isNeeded = (name: string) => agent === null || check !== null || !agent.withheld.includes(name);
  return Object.fromEntries(Object.entries(secrets).filter(([name]) => isNeeded(name)));
}

/** Where the program listens now. */
function requestOf(
  { method, path, headers, body, expect }: Call,
  name: string | null,
  programs: readonly ProgramStatus[],
): CallRequest | { readonly blocked: Because } {
  const port = programs.find((program) => program.name === name)?.port ?? null;
  if (name === null || port === null) return { blocked: because.noProgram(`program ${name} is not there any more`) };
  return { program: name, port, method, path, headers, body, expect };
}

/** What of a person's environment reaches what coord starts. */
export function passedOn(env: NodeJS.ProcessEnv): Record<string, string> {
  const passes = (name: string) =>
    PASSED_ON.some((rule) => (rule.endsWith('*') ? name.startsWith(rule.slice(0, -1)) : rule === name));
  const entries = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && passes(entry[0]));
  return { HOME: homedir(), ...Object.fromEntries(entries) };
}

/** NAME=value lines of the owner's secret files; a file that is missing is an error of the owner's, told by its path alone. */
export function readSecrets(paths: readonly string[]): { secrets: Record<string, string>; missing: readonly string[] } {
  const secrets: Record<string, string> = {};
  const missing: string[] = [];
  for (const path of paths) {
    if (!existsSync(path)) {
      missing.push(path);
      continue;
    }
    for (const line of readText(path).split(/\r?\n/)) {
      const [, name, value] = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) secrets[name] = value.replace(/^(['"])(.*)\1$/, '$2');
    }
  }
  return { secrets, missing };
}
