// Makes the variables of a run (O7): a short list of what syncs has itself, the PATH of the join, the owner's secrets,
// what the order sets (core/orders/allowed-variables.ts), and the fencing token. core/decide/dependency-outputs.ts adds outputs of earlier orders, runs/supervise.ts
// COORD_OUTPUT, COORD_PROGRESS and COORD_RESULTS, runs/workspace-phases.ts those of a workspace.
import { homedir } from 'node:os';
import { SETTINGS_MOVERS } from '../../core/model/orders/agent.ts';
import type { Order } from '../../core/model/orders/order.ts';
import { isShortage } from '../../errors.ts';
import { readText } from '../files/read-if-there.ts';
import { coordHome } from '../fleet/computer.ts';
import type { PlacedWork, Placement } from './placement.ts';

/** Names, or prefixes that end in `*`, of the person's variables that runs get. */
const PASSED_ON = [
  ...['HOME', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_*', 'TZ', 'TMPDIR', 'XDG_RUNTIME_DIR', 'SSH_AUTH_SOCK'],
  ...SETTINGS_MOVERS,
];

const SECRET = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)(?:=|\s+=\s*)(.*)$/;

export function runEnvironment(order: Order, attempt: number, work: PlacedWork, placement: Placement): Record<string, string> {
  const { id, generation } = order;
  return {
    ...passedOn(placement.env),
    PATH: placement.path,
    ...(runsCommands(work, order) ? { ...secretsFor(order, work, placement.secrets), ...order.env } : {}),
    COORD_ORDER: id,
    COORD_GENERATION: String(generation),
    COORD_ATTEMPT: String(attempt),
    COORD_IDEMPOTENCY_KEY: `${id}@${generation}`,
    COORD_MACHINE: String(placement.machine),
    COORD_MACHINE_NAME: placement.machineName,
  };
}

/** False: coord itself makes a request, and no command gets the order's variables. */
export function runsCommands({ isRequest }: PlacedWork, { check }: Order): boolean {
  return isRequest !== true || check !== null;
}

/** Secrets that are for the check alone are left out if there is no check. */
function secretsFor({ check }: Order, { withheld = [] }: PlacedWork, secrets: Placement['secrets']): Record<string, string> {
  return Object.fromEntries(Object.entries(secrets).filter(([name]) => check !== null || !withheld.includes(name)));
}

/** What of a person's environment reaches what coord starts. */
export function passedOn(env: NodeJS.ProcessEnv): Record<string, string> {
  const passes = (name: string) =>
    PASSED_ON.some((rule) => (rule.endsWith('*') ? name.startsWith(rule.slice(0, -1)) : rule === name));
  const entries = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined && passes(entry[0]));
  return { HOME: homedir(), ...Object.fromEntries(entries), ...(env.COORD_HOME ? { COORD_HOME: coordHome(env) } : {}) };
}

/**
 * NAME=value lines of the owner's secret files, with blanks around `=` too. `unread`: a file that cannot be read, and the first line of one that is
 * something else, by their places alone: the secret that was meant is not known, so no run begins without it, and no output is shown with it.
 */
export function readSecrets(paths: readonly string[]): { secrets: Record<string, string>; unread: readonly string[] } {
  const secrets: Record<string, string> = {};
  const unread: string[] = [];
  for (const path of paths) {
    const named = `the secrets file ${path} that the policy names`;
    const lines = textOr(path, () => unread.push(`${named} cannot be read`)).split(/\r?\n/);
    const other = lines.findIndex((line) => !/^\s*(?:#|$)/.test(line) && !SECRET.test(line));
    if (other !== -1) unread.push(`line ${other + 1} of ${named} is no NAME=value`);
    for (const line of lines) {
      const [, name, value] = SECRET.exec(line) ?? [];
      if (name !== undefined && value !== undefined) secrets[name] = value.replace(/^(['"])(.*)\1$/, '$2');
    }
  }
  return { secrets, unread };
}

/** Of a file that cannot be read, nothing, and it is told. */
function textOr(path: string, tell: () => void): string {
  try {
    return readText(path);
  } catch (error) {
    if (isShortage(error)) throw error;
    tell();
    return '';
  }
}
