// Where and with which environment an order runs on this computer. The environment is the same from a terminal, cron or a
// daemon: a short list of the person's own variables, what the order sets, the owner's secrets, and the fencing token (O7).

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { because } from '../../core/base/reasons.ts';
import { shellWord } from '../../core/base/shell-word.ts';
import type { Order } from '../../core/model/orders/order.ts';
import type { Because } from '../../core/model/orders/reason.ts';
import { placeWork, placeWorkspace } from '../../features/system.ts';
import type { RunSpec } from '../../ports.ts';
import { readText } from '../files/read-if-there.ts';
import { isInside, realFolder } from '../files/real-folder.ts';
import type { PlacedWork, Placement } from './placement.ts';
import { expandHome } from './policy-file.ts';

/** Names, or prefixes that end in `*`, of the person's variables that runs get. */
const PASSED_ON = ['HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_*', 'TZ', 'TMPDIR', 'XDG_RUNTIME_DIR', 'SSH_AUTH_SOCK'];

export function placeRun(
  order: Order,
  attempt: number,
  key: string,
  program: string | null,
  placement: Placement,
): RunSpec | { readonly blocked: Because } {
  const { policy, machineName } = placement;
  const work = placeWork(order, placement, program);
  if ('blocked' in work) return work;
  const workspace = placeWorkspace(order, attempt, placement);
  if (workspace !== null && 'blocked' in workspace) return workspace;
  const runsCommands = work.isRequest !== true || order.check !== null;
  // A workspace is made where nobody else is, and `cwd` lies in it.
  const written = workspace === null ? (order.cwd ?? '~') : '/';
  const cwd = realFolder(expandHome(written));
  if (cwd === null) return { blocked: because.folderMissing(written, machineName) };
  // A request is in no folder.
  const isPlaced = workspace === null && (runsCommands || order.cwd !== null);
  const unfit = workspace !== null ? null : work.folderProblem?.(cwd, written);
  if (unfit != null) return { blocked: because.folderNotAllowed(unfit) };
  if (isPlaced && !policy.folders.some((folder) => isInside(cwd, realFolder(folder) ?? folder))) {
    const how = `coord allow folder ${shellWord(written)}`;
    return { blocked: because.folderNotAllowed(`folder ${written} not allowed; on ${machineName}: ${how}`) };
  }
  const { id, generation } = order;
  return {
    key,
    order: id,
    generation,
    attempt,
    command: work.command,
    ...work.request,
    ...(workspace === null ? {} : { workspace }),
    check: order.check,
    cwd,
    timeoutMs: Math.min(order.timeoutMs, policy.timeoutMsMax),
    lease: null,
    env: {
      ...passedOn(placement.env),
      PATH: placement.path,
      ...(runsCommands ? { ...secretsFor(order, work, placement.secrets), ...order.env } : {}),
      COORD_ORDER: id,
      COORD_GENERATION: String(generation),
      COORD_ATTEMPT: String(attempt),
      COORD_IDEMPOTENCY_KEY: `${id}@${generation}`,
      COORD_MACHINE: String(placement.machine),
      COORD_MACHINE_NAME: machineName,
    },
  };
}

/** Where no check runs, the run has none but its own. */
function secretsFor({ check }: Order, { withheld = [] }: PlacedWork, secrets: Placement['secrets']): Record<string, string> {
  return Object.fromEntries(Object.entries(secrets).filter(([name]) => check !== null || !withheld.includes(name)));
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
