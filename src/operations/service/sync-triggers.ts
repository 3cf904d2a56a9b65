// Says what runs coord in a fleet folder automatically, a hub too, as far as this computer tells. A service manager that cannot be asked counts as
// none.
import { CoordError } from '../../errors.ts';
import type { World } from '../sync/dependencies.ts';
import { type CronStatus, cronStatus } from './cron-sync.ts';
import { hubWork, type ServiceStatus, servicePlace, serviceStatus } from './service.ts';

export interface SyncTriggers {
  readonly root: string;
  readonly service: ServiceStatus | null;
  /** The hub's service, which runs no syncs. */
  readonly hub: ServiceStatus | null;
  readonly cron: CronStatus | null;
}

export async function syncTriggersOf(world: World, root: string): Promise<SyncTriggers> {
  const { platform } = process;
  const [service, hub, cron] = await Promise.all([
    orNull(serviceStatus(world, root, null, platform)),
    orNull(serviceStatus(world, root, null, platform, hubWork([]))),
    orNull(cronStatus(world, root)),
  ]);
  return { root, service, hub, cron };
}

/** What can be set up here so that something runs coord by itself; else, what a person does. */
export async function triggerOffered(world: World, root: string, cron: CronStatus | null): Promise<string> {
  const ways = [
    ...((await hasServices(world, root)) ? ['coord service install'] : []),
    ...(cron?.hasCrontab === true ? ['coord cron install'] : []),
  ];
  return ways.length === 0 ? 'coord daemon start, after each start of the computer' : ways.join(', or ');
}

async function hasServices(world: World, root: string): Promise<boolean> {
  const place = await orNull((async () => servicePlace(world, root, process.platform))());
  return place !== null && (await place.manager.missing()) === null;
}

async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof CoordError) return null;
    throw error;
  }
}
