// Runs `coord emergency --over`: the people of this machine say that its emergency is over (M6). The journal records it first, then a sync
// publishes it.
import { saysEmergency } from '../../core/messages/emergency.ts';
import { CoordError } from '../../errors.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { mustNotHaveLeft } from '../machine/assert-not-left.ts';
import type { World } from '../sync/dependencies.ts';
import { type SyncReport, sync } from '../sync/sync.ts';
import { underLock } from '../sync/under-lock.ts';

export interface OverReport {
  readonly label: string;
  /** What it was; null = there was none. */
  readonly what: string | null;
  readonly sync: SyncReport;
}

export async function endEmergency(world: World, folder: FleetFolder): Promise<OverReport> {
  const { label, what } = await underLock(world, folder, async ({ opened, state }) => {
    await mustNotHaveLeft(opened);
    const { machine, name } = opened.identity;
    // One that waits for room in its log has made its emergency.
    const sends = (await opened.journal.mail()).filter(
      (it) => it.kind === 'send' && saysEmergency(it) && state.called?.includes(it.id) !== true,
    );
    if (sends.length > 0) {
      const why = `an urgent message of ${machine} ${name} waits in its outbox; EMERGENCY shows once it is sent`;
      throw new CoordError('FAILED', why, 'coord sync, and then coord emergency --over');
    }
    if (state.emergency !== null) await opened.journal.save({ ...state, emergency: null });
    world.step('emergency-over');
    return { label: `${machine} ${name}`, what: state.emergency?.what ?? null };
  });
  return { label, what, sync: await sync(world, folder) };
}
