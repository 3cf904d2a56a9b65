// Stops all runs here for `coord daemon stop --runs`, and waits until they have ended. The next sync reports them; a sync now would start
// new ones.
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import type { World } from '../sync/dependencies.ts';
import { underLock } from '../sync/under-lock.ts';

/** SIGTERM, 10 s, SIGKILL (O9), and a little more. */
const END_MS_MAX = 15_000;

/** Ids of the orders that ran. */
export function stopRuns(world: World, folder: FleetFolder): Promise<readonly string[]> {
  return underLock(world, folder, async ({ opened, state }) => {
    const active = state.active.map((run) => ({ ...run, stop: run.stop ?? ('halted' as const) }));
    for (const { key, stop } of active) await opened.runner.stop(key, stop);
    if (active.length > 0) await opened.journal.save({ ...state, active });
    const untilMs = performance.now() + END_MS_MAX;
    for (const { key } of active) await opened.runner.untilOneEnds([key], Math.max(1, untilMs - performance.now()));
    return active.map((run) => run.order);
  });
}
