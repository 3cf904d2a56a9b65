// What a daemon's git was started with: proxies, certificates and keys of the person who started it. A run that restarts the daemon (I6) has none of
// these, and without them the machine may reach its remote no more. Kept for this user alone.
import { join } from 'node:path';
import { isRecord } from '../../documents/json/is-record.ts';
import { writeWhole } from '../../system/files/durable-file.ts';
import { textIn } from '../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { GIT_VARIABLES } from '../../system/git/git-variables.ts';
import { passedOn } from '../../system/policy/run-environment.ts';
import { fleetOfRun } from '../../system/runs/run-place.ts';

type Variables = Readonly<Record<string, string>>;

const KEPT = ['GIT_SSH_COMMAND', ...GIT_VARIABLES].filter((name) => name !== 'PATH' && name !== 'GIT_TRACE2_EVENT');

const pathOf = ({ state }: Pick<FleetFolder, 'state'>): string => join(state, 'daemon', 'environment.json');

/** By the daemon itself, as it starts. */
export function noteEnvironment(folder: FleetFolder, env: NodeJS.ProcessEnv): void {
  const kept = Object.fromEntries(KEPT.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
  try {
    writeWhole(pathOf(folder), `${JSON.stringify(kept)}\n`);
  } catch {
    // A full disk: a run that restarts it passes on what it has itself.
  }
}

/**
 * For a daemon that is started with `env`. Within a run it must not carry that run's mark, or it would be ended with it; nor the owner's secrets and
 * what the order sets. It has what the daemon before it had.
 */
export function daemonEnvironment(folder: FleetFolder, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { COORD_RUN_KEY: _, ...own } = env;
  return fleetOfRun(env) === null ? own : { ...passedOn(env), ...noted(folder), PATH: env.PATH };
}

function noted(folder: FleetFolder): Variables {
  try {
    const found: unknown = JSON.parse(textIn(pathOf(folder)) ?? 'null');
    const those = isRecord(found) ? Object.entries(found) : [];
    return Object.fromEntries(those.filter((it): it is [string, string] => KEPT.includes(it[0]) && typeof it[1] === 'string'));
  } catch {
    return {};
  }
}
