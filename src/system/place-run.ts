// Where and with which environment an order runs on this computer. The environment is the same from a terminal, cron or a
// daemon: a short list of the person's own variables, what the order sets, the owner's secrets, and the fencing token (O7).
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { sep } from 'node:path';
import type { Order } from '../core/model/order.ts';
import type { RunSpec } from '../ports.ts';
import { expandHome, type LocalPolicy } from './policy-file.ts';

/** Names, or prefixes that end in `*`, of the person's variables that runs get. */
const PASSED_ON = ['HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_*', 'TZ', 'TMPDIR', 'XDG_RUNTIME_DIR', 'SSH_AUTH_SOCK'];

export interface Placement {
  readonly policy: LocalPolicy;
  readonly machineName: string;
  /** PATH for runs. */
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;
  readonly secrets: Readonly<Record<string, string>>;
}

export function placeRun(
  order: Order,
  attempt: number,
  key: string,
  placement: Placement,
): RunSpec | { readonly blocked: string } {
  const { policy, machineName } = placement;
  if (order.work.kind !== 'shell') return { blocked: `not yet supported: ${order.work.kind}` };
  const written = order.cwd ?? '~';
  const cwd = realFolder(expandHome(written));
  if (cwd === null) return { blocked: `folder ${written} is not there on ${machineName}` };
  if (!policy.folders.some((folder) => isInside(cwd, realFolder(folder) ?? folder))) {
    return { blocked: `folder ${written} not allowed on ${machineName}; there: coord allow folder ${written}` };
  }
  const { id, generation } = order;
  return {
    key,
    order: id,
    generation,
    attempt,
    command: order.work.command,
    check: order.check,
    cwd,
    timeoutMs: Math.min(order.timeoutMs, policy.timeoutMsMax),
    lease: null,
    env: {
      ...passedOn(placement.env),
      PATH: placement.path,
      ...placement.secrets,
      ...order.env,
      COORD_ORDER: id,
      COORD_GENERATION: String(generation),
      COORD_ATTEMPT: String(attempt),
      COORD_IDEMPOTENCY_KEY: `${id}@${generation}`,
    },
  };
}

/** What of a person's environment reaches what coord starts. */
export function passedOn(env: NodeJS.ProcessEnv): Record<string, string> {
  const passes = (name: string) =>
    PASSED_ON.some((rule) => (rule.endsWith('*') ? name.startsWith(rule.slice(0, -1)) : rule === name));
  const entries = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && passes(entry[0]));
  return { HOME: homedir(), ...Object.fromEntries(entries) };
}

function realFolder(path: string): string | null {
  try {
    const real = realpathSync(path);
    return statSync(real).isDirectory() ? real : null;
  } catch {
    return null;
  }
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
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
    for (const line of readFileSync(path, 'utf8').split(/\r?\n/)) {
      const [, name, value] = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line) ?? [];
      if (name !== undefined && value !== undefined) secrets[name] = value.replace(/^(['"])(.*)\1$/, '$2');
    }
  }
  return { secrets, missing };
}
