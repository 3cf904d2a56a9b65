// Waits by syncing until this machine has an unread message.
import { CoordError } from '../../errors.ts';
import { textIn } from '../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { comeBack } from '../machine/assert-not-left.ts';
import type { World } from '../sync/dependencies.ts';
import { newsOrPause, pauseMsAfter } from '../sync/news.ts';
import { sync } from '../sync/sync.ts';
import { listInbox } from './inbox.ts';

export interface MessageWait {
  /** Null = for as long as it takes. */
  readonly timeoutMs: number | null;
  /** Called when it changes: why the remote was not reached, while the wait goes on; null = it answers again. */
  onTrouble(message: string | null): void;
}

/** Throws TIMEOUT. */
export async function waitForMessage(world: World, folder: FleetFolder, { timeoutMs, onTrouble }: MessageWait): Promise<void> {
  const untilMs = performance.now() + (timeoutMs ?? Number.POSITIVE_INFINITY);
  let trouble: string | null = null;
  for (let look = 0; ; look += 1) {
    if (await isUnread(world, folder)) return;
    const report = await sync(world, folder);
    // Before it is looked at: what comes meanwhile is news.
    const left = textIn(folder.inbox);
    if (await isUnread(world, folder)) return;
    if (report.leaving === 'left' && report.view !== null)
      throw new CoordError('REFUSED', 'this machine has left the fleet: it receives nothing more', comeBack(report.view.self));
    const troubleNow = report.trouble?.message ?? null;
    if (troubleNow !== trouble) onTrouble(troubleNow);
    trouble = troubleNow;
    const leftMs = untilMs - performance.now();
    if (leftMs <= 0) throw new CoordError('TIMEOUT', 'no message came in time', 'coord inbox --all');
    await newsOrPause({
      ...{ path: folder.inbox, pauseMs: Math.min(leftMs, pauseMsAfter(look, world.random.fraction())), signal: undefined },
      isNews: report.trouble === null ? () => textIn(folder.inbox) !== left : null,
    });
  }
}

async function isUnread(world: World, folder: FleetFolder): Promise<boolean> {
  return (await listInbox(world, folder)).some(({ taken }) => !taken);
}
