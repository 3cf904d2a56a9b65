// Says what this machine's document and the daemon's log tell of one local service. Pure.
import type { LocalService, ServiceKnown, ServiceSpec } from '../../../core/model/machines/local-service.ts';

/** `spec`: null = its owner took it out of the file. `pid`: null = it does not run. */
export function serviceStatus(name: string, spec: ServiceSpec | null, known: ServiceKnown, pid: number | null): LocalService {
  const { state, since, failures, givenUp, detail } = known;
  return {
    ...{ name, state, since, pid, port: spec?.port ?? null },
    specialties: spec?.specialties ?? [],
    capacity: spec?.capacity ?? 1,
    managed: spec?.command !== null,
    ...{ failures, givenUp },
    ...(state === 'OFFLINE' && known.next === null ? { hasEnded: true as const } : {}),
    detail,
  };
}

/** The line of the log; null = nothing that a person wants to read has changed. */
export function changeLine(name: string, before: ServiceKnown, { state, detail, givenUp }: ServiceKnown): string | null {
  if (state === before.state && (detail === before.detail || detail === null)) return null;
  const isBad = givenUp || state === 'CRASHED' || state === 'DEGRADED';
  return `${isBad ? '! ' : ''}program ${name}: ${state}${detail === null ? '' : `: ${detail}`}`;
}

/** What it is started with: what else its owner changes needs no new start, nor does another order of its variables. */
export function startOf({ command, cwd, env, port }: ServiceSpec): string {
  const variables = Object.entries(env).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([command, cwd, variables, port]);
}

/** The system's own words name the folder that was in the way; what is said of a program goes into the repo. */
export function withoutPath(error: unknown): string {
  return error instanceof Error ? error.message.replace(/, \w+ '.*$/s, '') : String(error);
}
