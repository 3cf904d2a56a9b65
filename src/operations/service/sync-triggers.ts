// Says what runs coord in a fleet folder automatically, as far as this computer tells. A service manager that cannot be asked counts as
// none.
import { CoordError } from '../../errors.ts';
import type { World } from '../sync/dependencies.ts';
import { type CronStatus, cronStatus } from './cron-sync.ts';
import { type ServiceStatus, serviceStatus } from './service.ts';

export interface SyncTriggers {
  readonly root: string;
  readonly service: ServiceStatus | null;
  readonly cron: CronStatus | null;
}

export async function syncTriggersOf(world: World, root: string): Promise<SyncTriggers> {
  const asked = [serviceStatus(world, root, null, process.platform), cronStatus(world, root)] as const;
  const [service, cron] = await Promise.all([orNull(asked[0]), orNull(asked[1])]);
  return { root, service, cron };
}

async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof CoordError) return null;
    throw error;
  }
}
