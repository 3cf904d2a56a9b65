// Says how old is what is shown here, in the same words everywhere.
import { parseTime } from '../../core/base/time.ts';
import type { View } from '../../operations/sync/view.ts';
import { ago, roughly } from './table.ts';

/** `fetchedMs`: when the remote last answered here; null = never. */
export function syncedWords(unsyncedSince: string | null, fetchedMs: number | null, nowMs: number): string {
  if (fetchedMs === null) return 'never synced';
  if (unsyncedSince === null) return `synced ${ago(new Date(fetchedMs).toISOString(), nowMs)}`;
  // What this machine says may be refused where it still hears the others.
  return `not synced for ${roughly(nowMs - Math.min(parseTime(unsyncedSince), fetchedMs))}`;
}

/** Of a daemon. `reached`: when the remote last answered, to whichever process; null = never. With `trouble` later tries have failed. */
export function reachedWords(reached: string | null, trouble: string | null, nowMs: number): string {
  if (reached === null) return 'never synced';
  return `${trouble === null ? 'last sync' : 'last reached'}: ${ago(reached, nowMs)}`;
}

/** Of the machine that shows the others, beside it; empty = it hears them. */
export function deafWords({ sync }: Pick<View, 'sync'>, fetchedMs: number | null, nowMs: number): string[] {
  return sync.unsyncedSince == null ? [] : [syncedWords(sync.unsyncedSince, fetchedMs, nowMs)];
}
