// What this machine reports of its local services (L5): states at once where people must know, load with the next push.
import { documentLine } from '../base/plain-line.ts';
import { sameValue } from '../base/same-value.ts';
import { parseTime } from '../base/time.ts';
import type { Instant } from '../model/machines/instant.ts';
import type { LocalService, SaidService, ServiceState } from '../model/machines/local-service.ts';

export type SaidServices = Readonly<Record<string, SaidService>>;

/** Calls that a program has now, by its name. */
export type LoadOf = (name: string) => number;

/** The state with its calls: BUSY if it has as many as it takes. */
export function stateWithLoad({ state, capacity }: Pick<LocalService, 'state' | 'capacity'>, load: number): ServiceState {
  return state === 'ONLINE' && load >= capacity ? 'BUSY' : state;
}

export function saidServices(services: readonly LocalService[], loadOf: LoadOf): SaidServices {
  const said: Record<string, SaidService> = Object.create(null);
  for (const service of services) {
    const { name, givenUp, capacity, specialties, since, detail } = service;
    const load = loadOf(name);
    said[name] = {
      state: stateWithLoad(service, load),
      givenUp,
      load,
      capacity,
      specialties,
      since,
      detail: detail === null ? null : documentLine(detail),
    };
  }
  return said;
}

/**
 * True if nothing has to be said at once. A state that was said less than a heartbeat ago is not corrected at once either, so a service that
 * comes and goes costs one push a heartbeat (H1). A service that was given up, or that was added, is always said.
 */
export function canServicesWait(now: SaidServices, shown: SaidServices, at: Instant, heartbeatMs: number): boolean {
  if (!sameValue(Object.keys(now).sort(), Object.keys(shown).sort())) return false;
  return Object.entries(now).every(([name, service]) => {
    const said = shown[name];
    if (said === undefined || service.givenUp !== said.givenUp || service.capacity !== said.capacity) return false;
    if (!sameValue(service.specialties, said.specialties)) return false;
    const state = steady(service.state);
    if (state === 'STARTING' || state === steady(said.state)) return true;
    // STARTING is replaced at once: nobody should take a service for starting for long.
    if (said.state === 'STARTING') return false;
    const agoMs = at.wallMs - parseTime(said.since);
    return agoMs >= 0 && agoMs < heartbeatMs;
  });
}

/** So their signs begin, and no others. */
export const SERVICE_SIGN = 'program ';

/** What a daemon syncs for when it is new. */
export function serviceSigns(services: readonly LocalService[]): readonly string[] {
  return services
    .filter(({ state }) => steady(state) !== 'STARTING')
    .map(({ name, state, givenUp }) => `${SERVICE_SIGN}${name} ${steady(state)}${givenUp ? ' given up' : ''}`);
}

function steady(state: ServiceState): ServiceState {
  return state === 'BUSY' ? 'ONLINE' : state;
}
