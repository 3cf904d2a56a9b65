// Since when this machine is on its own, and what of it is cut off (H3.4).
import { isoTime } from '../../core/base/time.ts';
import type { CycleOutcome } from '../../machine/outcome.ts';
import { type FleetFolder, lastFetchMs } from '../../system/fleet/fleet-folder.ts';
import type { SyncState } from './view.ts';

type Unsynced = Pick<SyncState, 'unsyncedSince' | 'laneRefused'>;

/** Since when it is on its own: its first failed sync, or, where nobody answers, when somebody last did. It may have slept in between. */
export function unsyncedShown(
  folder: FleetFolder,
  { trouble, push, fetched }: CycleOutcome,
  last: { readonly sync: Unsynced },
  nowMs: number,
): Unsynced {
  if (trouble === null) return { unsyncedSince: null };
  // The fetch before it was answered: what others say is heard.
  const laneRefused = fetched && push !== null && push.lane !== 'accepted';
  const sinceMs = laneRefused ? nowMs : Math.min(nowMs, lastFetchMs(folder) ?? nowMs);
  const isSame = (last.sync.laneRefused === true) === laneRefused;
  const since = (isSame ? last.sync.unsyncedSince : null) ?? isoTime(sinceMs);
  return { unsyncedSince: since, ...(laneRefused ? { laneRefused } : {}) };
}
