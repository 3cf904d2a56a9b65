// What a daemon's git was started with: proxies, certificates and keys of the person who started it. A run that restarts the daemon (I6) has none of
// these, and without them the machine may reach its remote no more. Kept for this user alone.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../documents/json/is-record.ts';
import { CoordError } from '../../errors.ts';
import { writeWhole } from '../../system/files/durable-file.ts';
import { jsonIn } from '../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { GIT_VARIABLES } from '../../system/git/git-variables.ts';
import { passedOn } from '../../system/policy/run-environment.ts';
import { environmentOf } from '../../system/process/process-table.ts';
import { fleetOfRun } from '../../system/runs/run-place.ts';
import type { DaemonRecord } from './daemon-record.ts';

type Variables = Readonly<Record<string, string>>;

const KEPT = ['GIT_SSH_COMMAND', ...GIT_VARIABLES].filter((name) => name !== 'PATH' && name !== 'GIT_TRACE2_EVENT');

const pathOf = ({ state }: Pick<FleetFolder, 'state'>): string => join(state, 'daemon', 'environment.json');

/** By the daemon itself, as it starts. */
export function noteEnvironment(folder: FleetFolder, env: NodeJS.ProcessEnv): void {
  try {
    // Where the new one cannot be written, the old one must not stand for it.
    rmSync(pathOf(folder), { force: true });
    writeWhole(pathOf(folder), `${JSON.stringify(kept(env))}\n`);
  } catch {
    // A full disk: a run that restarts it asks the system.
  }
}

/**
 * For a daemon that is started with `env`. Within a run it must not carry that run's mark, or it would be ended with it; nor the owner's secrets and
 * what the order sets. It has what the daemon had that it replaces (`before`; null = none lives). Throws FAILED where nobody can say what that was.
 */
export function daemonEnvironment(
  folder: FleetFolder,
  env: NodeJS.ProcessEnv,
  before: Pick<DaemonRecord, 'pid'> | null = null,
): NodeJS.ProcessEnv {
  const { COORD_RUN_KEY: _, ...own } = env;
  if (fleetOfRun(env) !== null) return { ...passedOn(env), ...(noted(folder) ?? ofProcess(folder, before)), PATH: env.PATH };
  return own;
}

function noted(folder: FleetFolder): Variables | null {
  const found = jsonIn(pathOf(folder));
  return isRecord(found) ? kept(found) : null;
}

/** One of an older version left no note. */
function ofProcess({ root }: FleetFolder, before: Pick<DaemonRecord, 'pid'> | null): Variables {
  if (before === null) return {};
  const env = environmentOf(before.pid);
  if (env !== null) return kept(env);
  throw new CoordError(
    'FAILED',
    `the daemon of ${root} (pid ${before.pid}) goes on: its proxies and keys are not known to this run`,
    'coord daemon restart, in your own shell',
  );
}

function kept(env: Readonly<Record<string, unknown>>): Variables {
  return Object.fromEntries(
    Object.entries(env).filter((it): it is [string, string] => KEPT.includes(it[0]) && typeof it[1] === 'string'),
  );
}
