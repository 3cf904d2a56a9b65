// Restarts the daemon of a fleet folder in the way it runs there: one that a service keeps going stays the service's.
import { CoordError } from '../../errors.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { restartService } from '../service/service.ts';
import type { World } from '../sync/dependencies.ts';
import { startDaemon, stopDaemon, untilDaemon } from './control.ts';
import { daemonEnvironment } from './daemon-environment.ts';
import type { DaemonRecord } from './daemon-record.ts';
import { livingDaemon } from './pid-file.ts';

/** `isNew` false = somebody else was quicker to start one. `service`: null = it was started in the background. */
export async function restartDaemon(
  world: World,
  folder: FleetFolder,
  mainPath: string,
): Promise<{ readonly daemon: DaemonRecord; readonly isNew: boolean; readonly service: string | null }> {
  const before = livingDaemon(folder);
  const service = await restartService(world, folder.root, process.platform);
  if (service === null) {
    // Asked while it lives.
    const env = daemonEnvironment(folder, world.env, before);
    await stopDaemon(folder);
    return { ...(await startDaemon(folder, mainPath, env)), service: null };
  }
  const daemon = await untilDaemon(folder, before);
  if (daemon !== null) return { daemon, isNew: true, service: service.name };
  throw new CoordError('FAILED', `the service ${service.name} was restarted, but its daemon did not start`, service.log);
}
