// How many calls each local service has now, counted from this machine's runs (O14). Pure.
import type { ActiveRun, JournalState } from '../model/ledger/journal.ts';
import type { LoadOf } from '../orders/service-report.ts';

/** By the service's name; a missing one has no calls. */
export function loadByService(active: readonly Pick<ActiveRun, 'program'>[]): ReadonlyMap<string, number> {
  const load = new Map<string, number>();
  for (const { program: service } of active) if (service !== undefined) load.set(service, (load.get(service) ?? 0) + 1);
  return load;
}

export function serviceLoads({ active }: Pick<JournalState, 'active'>): LoadOf {
  const load = loadByService(active);
  return (name) => load.get(name) ?? 0;
}
