// What the daemon of a fleet folder says of itself, in `.coord/daemon.json`. It needs no lock, so the shortest commands may ask it.
import type { Instant } from '../../core/model/machines/instant.ts';
import { jsonIn } from '../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { isLiving, type NotedProcess } from '../../system/process/process-identity.ts';

export interface DaemonRecord extends NotedProcess {
  /** Null = its record was removed, and it has said nothing since. */
  readonly version: string | null;
  /** What it starts processes of its own by; absent = it has not said it. */
  readonly node?: string;
  /** ISO 8601 UTC. */
  readonly since: string;
  /** When it looks at the remote again, at the latest; null = it has not looked yet. */
  readonly nextLook: string | null;
  /** When it said that, by the clocks of this computer; absent = an older version said it. */
  readonly saidAt?: Instant;
  /** What stands in its way, with the command that helps. */
  readonly trouble: string | null;
  /** How often it has synced. */
  readonly syncs: number;
  /** In the hour before it said so last. */
  readonly pushesLately: number;
}

/** A daemon that was killed, or went down with the computer, leaves its record; null = there is none of that kind. Its word, and the way out. */
export function lostDaemon(folder: FleetFolder): { readonly found: string; readonly fix: string } | null {
  const record = readRecord(folder);
  if (record === null || isLiving(record)) return null;
  return {
    found: `the daemon started at ${record.since} stopped unexpectedly`,
    fix: 'coord daemon start; or coord daemon stop to clear this',
  };
}

/** By its record alone, which needs no lock: where somebody removed that, not before the daemon's next look. */
export function saysItLives(folder: FleetFolder): boolean {
  const record = readRecord(folder);
  return record !== null && isLiving(record);
}

/** Null = there is none, or one that nobody can read. */
export function readRecord(folder: FleetFolder): DaemonRecord | null {
  const record = jsonIn(folder.daemon) as Partial<DaemonRecord> | null;
  return Number.isSafeInteger(record?.pid) && (record?.pid ?? 0) > 0 ? (record as DaemonRecord) : null;
}
