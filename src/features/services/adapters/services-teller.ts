// Writes the file in which others see the local services, and wakes the daemon's loop for a change that is worth a push. Writes only what
// differs.
import type { LocalService } from '../../../core/model/machines/local-service.ts';
import { serviceSigns } from '../../../core/orders/service-report.ts';
import type { DaemonHandle } from '../../../ports.ts';
import { debounced } from '../../../system/files/debounce.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { type ServicesFile, servicesPath, writeServices } from '../../../system/fleet/local-services.ts';
import { type NotedProcess, ownProcess } from '../../../system/process/process-identity.ts';
import type { ManagedService } from './managed-service.ts';

/** News for others is told after a quiet time, or at the latest after the longest time. */
const QUIET_MS = 1_500;
const QUIET_MS_MAX = 10_000;

export interface ServicesTeller {
  write(): void;
  end(): void;
}

export function createServicesTeller(
  folder: FleetFolder,
  daemon: DaemonHandle,
  lives: () => readonly ManagedService[],
): ServicesTeller {
  let by: NotedProcess | null = null;
  let written = '';
  let told = '';
  const statuses = (): readonly LocalService[] =>
    lives()
      .filter(({ spec }) => spec !== null)
      .map((life) => life.status());
  const tell = debounced(
    () => {
      const signs = serviceSigns(statuses()).join('\n');
      if (signs !== told) daemon.wake();
      told = signs;
    },
    { quietMs: QUIET_MS, longestMs: QUIET_MS_MAX },
  );
  return {
    write() {
      const processes = lives().flatMap((life) => {
        const { process: noted } = life.note();
        return noted === null ? [] : [[life.name, noted] as const];
      });
      const turns = lives().map((life) => [life.name, life.note().known.turn ?? ''] as const);
      try {
        by ??= ownProcess();
        const file: ServicesFile = {
          programs: statuses(),
          processes: Object.fromEntries(processes),
          turns: Object.fromEntries(turns),
          by,
        };
        const text = JSON.stringify(file);
        if (text === written) return;
        writeServices(folder, file);
        written = text;
      } catch (error) {
        daemon.log(`! ${servicesPath(folder)} could not be written: ${String(error)}`);
      }
      tell.call();
    },
    end: () => tell.cancel(),
  };
}
