// `.coord/daemon.json`: which process is the daemon of this fleet folder, and what it says of itself. One that was left behind, or whose
// number another program has by now, is no daemon: a process is known by its number, its start and the start of the computer.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { writeWhole } from '../../system/durable-file.ts';
import type { FleetFolder } from '../../system/fleet-folder.ts';
import { takeLock } from '../../system/lock.ts';
import { bootId, identityOf, isLiving, type NotedProcess } from '../../system/process-identity.ts';

export interface DaemonRecord extends NotedProcess {
  readonly version: string;
  /** ISO 8601 UTC. */
  readonly since: string;
  /** When it looks at the remote again, at the latest; null = it has not looked yet. */
  readonly nextLook: string | null;
  /** What stands in its way, with the command that helps. */
  readonly trouble: string | null;
  /** How often it has synced. */
  readonly syncs: number;
  /** In the hour before it said so last. */
  readonly pushesLately: number;
}

/** What a daemon says while it runs. */
export type DaemonWord = Pick<DaemonRecord, 'nextLook' | 'trouble' | 'syncs' | 'pushesLately'>;

export interface Claimed {
  /** Looks besides whether the record is still there: one that is gone is written again, under the lock, unless another daemon was quicker. */
  say(word: DaemonWord): Promise<void>;
  /** Takes the record away, if it is still this one. */
  end(): void;
}

/** Two that start at once: the second waits for the first to have written its name. */
const LOCK_WAIT_MS = 10_000;

/** The daemon that lives; null = none does. */
export function livingDaemon(folder: FleetFolder): DaemonRecord | null {
  const record = readRecord(folder);
  return record !== null && isLiving(record) ? record : null;
}

/** This process becomes the daemon, or gets the one that lives. `lost`: another one is the daemon by now, and this one has to end. */
export async function claimPidFile(
  folder: FleetFolder,
  about: Pick<DaemonRecord, 'version' | 'since'>,
  lost: (other: DaemonRecord) => void,
): Promise<Claimed | DaemonRecord> {
  const lock = await takeLock(folder.daemonLock, LOCK_WAIT_MS);
  try {
    const other = livingDaemon(folder);
    if (other !== null) return other;
    let mine: DaemonRecord = {
      pid: process.pid,
      identity: identityOf(process.pid) ?? '',
      boot: bootId(),
      ...about,
      nextLook: null,
      trouble: null,
      syncs: 0,
      pushesLately: 0,
    };
    write(folder, mine);
    const isMine = () => readRecord(folder)?.pid === process.pid;
    return {
      async say(word) {
        const next = { ...mine, ...word };
        const isNews = JSON.stringify(next) !== JSON.stringify(mine);
        mine = next;
        try {
          if (!isMine()) await reclaim(folder, () => mine, lost);
          else if (isNews) write(folder, mine);
        } catch {
          // A full disk: who asks reads what was said before. Of a lock that is held, the next word asks again.
        }
      },
      end() {
        if (isMine()) rmSync(folder.daemon, { force: true });
      },
    };
  } finally {
    await lock.release();
  }
}

/** Somebody took the record away, or wrote another one. */
async function reclaim(folder: FleetFolder, mine: () => DaemonRecord, lost: (other: DaemonRecord) => void): Promise<void> {
  // A folder that is gone was purged, or is away with its disk: nothing is written there.
  if (!existsSync(folder.identity)) return;
  const lock = await takeLock(folder.daemonLock, LOCK_WAIT_MS);
  try {
    const other = livingDaemon(folder);
    if (other === null) write(folder, mine());
    else if (other.pid !== process.pid) lost(other);
  } finally {
    await lock.release();
  }
}

function write(folder: FleetFolder, record: DaemonRecord): void {
  writeWhole(folder.daemon, `${JSON.stringify(record, null, 1)}\n`);
}

function readRecord(folder: FleetFolder): DaemonRecord | null {
  try {
    const record = JSON.parse(readFileSync(folder.daemon, 'utf8')) as Partial<DaemonRecord> | null;
    return Number.isSafeInteger(record?.pid) && (record?.pid ?? 0) > 0 ? (record as DaemonRecord) : null;
  } catch {
    return null;
  }
}
