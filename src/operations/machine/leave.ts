// Runs `coord leave` (I4): nothing starts any more, runs end or are stopped, all is reported, then LEFT is published. The wish is in the
// journal first, so after an interruption the next `coord sync` goes on.
import { isoTime } from '../../core/base/time.ts';
import type { Reader } from '../../core/model/messages/message.ts';
import { DUPLICATE_HINT } from '../../core/status/halt-words.ts';
import { CoordError } from '../../errors.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import type { World } from '../sync/dependencies.ts';
import { mustBeSynced, type SyncReport, syncUntilDone } from '../sync/sync.ts';
import { underLock } from '../sync/under-lock.ts';

/** A push, and the fetch that shows it; once more where somebody was quicker. */
const ROUNDS_MAX = 3;

export interface LeaveReport {
  readonly machine: number;
  readonly name: string;
  /** It had left before. */
  readonly already: boolean;
  /** Messages that were dropped, by reader: their logs were full. */
  readonly unsent: Readonly<Record<Reader, number>>;
}

/** Throws what keeps LEFT from the remote; nothing starts here even then. */
export async function leaveFleet(
  world: World,
  folder: FleetFolder,
  stop: boolean,
  onReport: (report: SyncReport) => void,
): Promise<LeaveReport> {
  const begun = await record(world, folder, stop);
  const { machine, name, already } = begun;
  for (let round = 1; !already; round += 1) {
    const report = await syncUntilDone(world, folder, onReport);
    if (report.leaving === 'left') break;
    const sync = report.view?.sync;
    if (report.trouble !== null) {
      const why = `machine ${machine} ${name} starts nothing more, but the remote does not know yet that it leaves`;
      throw new CoordError('UNREACHABLE', `${why}: ${report.trouble.message}`, 'coord sync, to finish it');
    }
    mustBeSynced(report);
    if (round < ROUNDS_MAX) continue;
    const waits = sync?.boardRefused?.detail ?? 'edits or messages of its people wait in the outbox';
    throw new CoordError('FAILED', `machine ${machine} ${name} has not left yet: ${waits}`, 'coord sync, to finish it');
  }
  return already ? begun : { ...(await record(world, folder, stop)), already };
}

function record(world: World, folder: FleetFolder, stop: boolean): Promise<LeaveReport> {
  return underLock(world, folder, async ({ opened, state }) => {
    const { machine, name } = opened.identity;
    if (state.leaving?.landed) return { machine, name, already: true, unsent: state.leaving.unsent ?? {} };
    if (state.duplicate !== null)
      throw new CoordError(
        'DUPLICATE_ID',
        `another folder writes as machine ${machine} ${name}: decide first which folder is the machine`,
        DUPLICATE_HINT,
      );
    const since = state.leaving?.since ?? isoTime(world.clock.now().wallMs);
    const leaving = { since, stop: stop || (state.leaving?.stop ?? false), landed: false };
    await opened.journal.save({ ...state, leaving });
    world.step('leave-journaled');
    return { machine, name, already: false, unsent: {} };
  });
}
