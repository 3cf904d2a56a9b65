// Reads and writes `.coord/programs/programs.json`: what the daemon saw last of this machine's local services (L1). The supervisor alone
// writes it; without a daemon, who stops one of them.
import { join } from 'node:path';
import type { LocalService } from '../../core/model/machines/local-service.ts';
import { writeWhole } from '../files/durable-file.ts';
import { jsonIn } from '../files/read-if-there.ts';
import { isLiving, type NotedProcess } from '../process/process-identity.ts';
import type { FleetFolder } from './fleet-folder.ts';

/** Content of `programs.json`. */
export interface ServicesFile {
  /** In the order of instances.yaml. */
  readonly programs: readonly LocalService[];
  /** Their processes, by name. */
  readonly processes: Readonly<Record<string, NotedProcess>>;
  /** The last wish that was obeyed, by name. */
  readonly turns: Readonly<Record<string, string>>;
  /** The daemon that wrote it. */
  readonly by: NotedProcess;
}

export function servicesPath(folder: FleetFolder): string {
  return join(folder.state, 'programs', 'programs.json');
}

/** Null where no daemon ever looked after any, and where the file cannot be understood: a daemon writes it anew. */
export function readServicesFile(folder: FleetFolder): ServicesFile | null {
  const file = jsonIn(servicesPath(folder)) as ServicesFile | null;
  return Array.isArray(file?.programs) && file.by !== undefined && file.processes !== undefined ? file : null;
}

/** As the daemon saw them last; without a daemon, as far as that can be told, and what is gone is OFFLINE. */
export function readServices(folder: FleetFolder): readonly LocalService[] {
  const file = readServicesFile(folder);
  if (file === null) return [];
  if (isLiving(file.by)) return file.programs;
  return file.programs.map((status): LocalService => {
    const noted = file.processes[status.name];
    if (noted !== undefined && isLiving(noted)) return status;
    if (status.state === 'OFFLINE' || status.givenUp) return { ...status, pid: null };
    return { ...status, state: 'OFFLINE', pid: null, detail: 'no daemon runs' };
  });
}

export function writeServices(folder: FleetFolder, file: ServicesFile): void {
  writeWhole(servicesPath(folder), `${JSON.stringify(file, null, 1)}\n`);
}
