// Checks whether anything runs coord here by itself. A machine that nobody syncs is silent for all others.
import { existsSync } from 'node:fs';
import { formatDuration } from '../../documents/text/duration.ts';
import { lastFetchMs } from '../../system/fleet/fleet-folder.ts';
import { lostDaemon } from '../daemon/daemon-record.ts';
import { livingDaemon } from '../daemon/pid-file.ts';
import { otherFolders } from '../service/service.ts';
import { syncTriggersOf, triggerOffered } from '../service/sync-triggers.ts';
import { ok, problem, warning } from './check.ts';
import type { Check } from './exam.ts';

/** A machine whose last sync is more recent than this is synced in a way of its owner's. */
const OWN_WAY_MS = 3_600_000;

export const syncTriggerCheck: Check = {
  id: 'caller',
  title: 'what runs coord here',
  async look({ folder, nowMs, world, view: readView }) {
    const view = readView();
    if (view !== null && view.machines[String(view.self.machine)]?.state === 'LEFT') return ok('this machine has left the fleet');
    const fetchedMs = lastFetchMs(folder);
    const sinceMs = fetchedMs === null ? Number.POSITIVE_INFINITY : Math.max(0, nowMs - fetchedMs);
    const ago =
      fetchedMs === null
        ? 'nothing was ever synced'
        : `the last sync was ${formatDuration(Math.round(sinceMs / 1000) * 1000)} ago`;
    const { service, cron } = await syncTriggersOf(world, folder.root);
    const daemon = livingDaemon(folder);
    const isService = service?.state === 'running';
    if (daemon?.node !== undefined && !existsSync(daemon.node)) {
      const found = `the daemon, pid ${daemon.pid}, can start nothing: its node is gone, ${daemon.node}`;
      // The file of the service names that node too.
      return problem(found, isService ? 'coord service install' : 'coord daemon restart');
    }
    if (isService) {
      const moved = otherFolders(world, folder.root, process.platform);
      if (moved.length === 0) return ok(`the service ${service.name}`);
      return warning(`the service ${service.name} has not what this shell has of ${moved.join(', ')}`, 'coord service install');
    }
    if (service !== null && service.installed !== 'no') {
      const first = daemon === null ? '' : 'coord daemon stop, and then ';
      const fix = `${first}coord service install, which starts it; its log: ${service.log}`;
      return warning(`the service ${service.name} does not run: ${service.found}`, fix);
    }
    const offered = () => triggerOffered(world, folder.root, cron);
    if (daemon !== null)
      return ok(`a daemon that was started by hand, pid ${daemon.pid}; a restart of the computer ends it: ${await offered()}`);
    const lost = lostDaemon(folder);
    if (lost !== null) return warning(lost.found, lost.fix);
    if (cron !== null && cron.line !== null) {
      const { everyMs } = cron;
      const every = everyMs === null ? 'cron, by a line that was changed' : `cron, every ${formatDuration(everyMs)}`;
      // While the remote is away, nobody knows when cron last tried; that, the last sync says.
      const isLate = view?.sync.unsyncedSince == null && sinceMs > OWN_WAY_MS + 2 * (everyMs ?? 0);
      return isLate ? warning(`${every}, but ${ago}: is cron running?`, 'coord cron status') : ok(every);
    }
    if (cron !== null && cron.other !== null) return ok('a line of the crontab');
    if (sinceMs < OWN_WAY_MS) return ok(`no service and no crontab line of coord; ${ago}`);
    return warning(`no service and no crontab line of coord; ${ago}`, await offered());
  },
};
