// Lists the services of instances.yaml for `coord instance list` as they are now, and what of that file is not obeyed.
import type { LocalService, ServiceSettings, ServiceSpec, ServiceState } from '../../../core/model/machines/local-service.ts';
import { stateWithLoad } from '../../../core/orders/service-report.ts';
import { serviceLoads } from '../../../core/runs/service-loads.ts';
import { CoordError } from '../../../errors.ts';
import { livingDaemon } from '../../../operations/daemon/pid-file.ts';
import type { Journal } from '../../../ports.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readServices } from '../../../system/fleet/local-services.ts';
import { NO_SERVICES } from '../documents/instances.ts';
import { instancesPath, readInstances } from '../system/service-files.ts';

export interface InstanceList {
  readonly file: string;
  readonly exists: boolean;
  /** A daemon looks after them. */
  readonly daemon: boolean;
  readonly programs: readonly (LocalService & { readonly state: ServiceState; readonly load: number })[];
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

export async function listInstances(folder: FleetFolder, journal: Journal): Promise<InstanceList> {
  const settings = readInstances(folder);
  const { services, faults, warnings } = settings ?? NO_SERVICES;
  const state = await journal.load();
  const loadOf = serviceLoads(state ?? { active: [] });
  const seen = readServices(folder);
  // In the order of the file; what runs on under an entry that cannot be read, or is about to be ended, comes last.
  const listed = services.map((spec) => seen.find(({ name }) => name === spec.name) ?? unseen(spec));
  const others = seen.filter(({ name }) => services.every((spec) => spec.name !== name));
  return {
    file: instancesPath(folder),
    exists: settings !== null,
    daemon: livingDaemon(folder) !== null,
    programs: [...listed, ...others].map((service) => {
      const load = loadOf(service.name);
      return { ...service, state: stateWithLoad(service, load), load };
    }),
    faults,
    warnings,
  };
}

function unseen({ name, port, specialties, capacity, command }: ServiceSpec): LocalService {
  const none = { pid: null, failures: 0, givenUp: false, since: '', detail: 'no daemon has started it yet' };
  return { name, state: 'OFFLINE', port, specialties, capacity, managed: command !== null, ...none };
}

/** Names that there are: in the file, or of what runs. */
export function knownInstances(folder: FleetFolder): { readonly settings: ServiceSettings; readonly names: readonly string[] } {
  const settings = readInstances(folder) ?? NO_SERVICES;
  const names = [
    ...settings.services.map(({ name }) => name),
    ...settings.refused,
    ...readServices(folder).map(({ name }) => name),
  ];
  return { settings, names: [...new Set(names)] };
}

/** Throws NOT_FOUND for a name that means none. */
export function mustBeKnown(folder: FleetFolder, named: readonly string[]): void {
  const { names } = knownInstances(folder);
  const stranger = named.find((name) => !names.includes(name));
  if (stranger === undefined) return;
  const there = names.length === 0 ? 'there is none' : `there are ${names.join(', ')}`;
  throw new CoordError('NOT_FOUND', `no program ${stranger} in ${instancesPath(folder)}: ${there}`, 'coord instance list');
}
