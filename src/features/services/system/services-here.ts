// The local services of this machine as all but their daemon know them: without one, nobody else takes back what it said of them last.
import type { LocalService } from '../../../core/model/machines/local-service.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readServices, readServicesFile, writeServices } from '../../../system/fleet/local-services.ts';
import { isLiving } from '../../../system/process/process-identity.ts';
import { NO_SERVICES } from '../documents/instances.ts';
import { readInstances } from './service-files.ts';

/** Without one that was given up and is in instances.yaml no more. What cannot be read is no removal of anything (L1.1). */
export function servicesHere(folder: FleetFolder): readonly LocalService[] {
  const services = readServices(folder);
  if (!services.some(({ givenUp }) => givenUp) || isKept(folder)) return services;
  const { services: listed, refused, unreadable, unnamed } = readInstances(folder) ?? NO_SERVICES;
  if (unreadable || unnamed) return services;
  const names = new Set([...listed.map(({ name }) => name), ...refused]);
  return services.filter(({ name, givenUp }) => !givenUp || names.has(name));
}

/** A person has ended it, and no daemon is there to say so. */
export function noteStopped(folder: FleetFolder, name: string): void {
  const file = readServicesFile(folder);
  if (file === null || isKept(folder)) return;
  const stopped = { state: 'OFFLINE', pid: null, givenUp: false, detail: 'stopped by a person' } as const;
  const programs = file.programs.map((service) => (service.name === name ? { ...service, ...stopped } : service));
  writeServices(folder, { ...file, programs });
}

/** By a daemon that lives: what it says counts. */
function isKept(folder: FleetFolder): boolean {
  const file = readServicesFile(folder);
  return file !== null && isLiving(file.by);
}
