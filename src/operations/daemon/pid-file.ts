// Says which process is the daemon of this fleet folder: the one that holds its lock. `.coord/daemon.json` is what it says of itself, and
// anybody may remove it. A process is known by its number, its start and the start of the computer, so a leftover record or lock is
// nobody's.
import { existsSync, rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isoTime } from '../../core/base/time.ts';
import { CoordError } from '../../errors.ts';
import { writeWhole } from '../../system/files/durable-file.ts';
import { type HeldLock, lookAtLock, takeLockForLife } from '../../system/files/lock.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { ownNode } from '../../system/process/own-node.ts';
import { isLiving, ownProcess } from '../../system/process/process-identity.ts';
import { type DaemonRecord, readRecord } from './daemon-record.ts';

/** What a daemon says while it runs. */
type DaemonWord = Pick<DaemonRecord, 'nextLook' | 'saidAt' | 'trouble' | 'syncs' | 'pushesLately'>;

export interface Claimed {
  /** Looks besides whether this is still the daemon; a record that is gone is written again. */
  say(word: DaemonWord): Promise<void>;
  /** Takes the record away, if it is still this one, and then the lock. A process that exits instead leaves what is no daemon's. */
  end(): Promise<void>;
}

/** One that has the lock and never wrote its name died in between; it is known to have after 10 s. */
const LOCK_WAIT_MS = 12_000;
const POLL_MS = 50;

/** The daemon that lives; null = none does. */
export function livingDaemon(folder: FleetFolder): DaemonRecord | null {
  const record = readRecord(folder);
  if (record !== null && isLiving(record)) return record;
  const sight = lookAtLock(folder.daemonLock);
  if (sight.kind !== 'held' || sight.owner === null) return null;
  const { pid, identity, boot } = sight.owner;
  return {
    ...{ pid, identity, boot, version: null, since: isoTime(sight.sinceMs) },
    ...{ nextLook: null, trouble: null, syncs: 0, pushesLately: 0 },
  };
}

/** Nobody misses a daemon any more that was killed. */
export function forgetLostDaemon(folder: FleetFolder): void {
  // One that starts at this moment writes its record again (above).
  if (livingDaemon(folder) === null) rmSync(folder.daemon, { force: true });
}

/** This process becomes the daemon, or gets the one that lives. `lost`: another one is the daemon by now, and this one has to end. */
export async function claimPidFile(
  folder: FleetFolder,
  about: { readonly version: string; readonly since: string },
  lost: (other: DaemonRecord) => void,
): Promise<Claimed | DaemonRecord> {
  const own = ownProcess();
  const claimed = await lockOrOther(folder, () => livingDaemon(folder));
  if ('pid' in claimed) return claimed;
  let lock = claimed;
  let mine: DaemonRecord = {
    ...own,
    ...about,
    node: ownNode(),
    nextLook: null,
    trouble: null,
    syncs: 0,
    pushesLately: 0,
  };
  write(folder, mine);
  const isMine = () => readRecord(folder)?.pid === process.pid;
  /** Its lock or its record was taken away, or another process wrote there. */
  const reclaim = async () => {
    const held = await lockOrOther(folder, () => otherDaemon(folder), lock);
    if ('pid' in held) lost(held);
    else {
      lock = held;
      write(folder, mine);
    }
  };
  return {
    async say(word) {
      const next = { ...mine, ...word };
      const isNews = JSON.stringify(next) !== JSON.stringify(mine);
      mine = next;
      // A folder that is gone was purged, or is away with its disk: nothing is written there.
      if (!existsSync(folder.identity)) return;
      try {
        if (!isMine() || !(await isOwned(lock))) await reclaim();
        else if (isNews) write(folder, mine);
      } catch {
        // A full disk: who asks reads what was said before, and the next word tries again.
      }
    },
    async end() {
      if (isMine()) rmSync(folder.daemon, { force: true });
      await lock.release();
    },
  };
}

/** The lock, `held` as long as it is; or the process that `other` finds before this one gets it. Throws BUSY if neither comes. */
async function lockOrOther(
  folder: FleetFolder,
  other: () => DaemonRecord | null,
  held?: HeldLock,
): Promise<HeldLock | DaemonRecord> {
  const untilMs = performance.now() + LOCK_WAIT_MS;
  for (;;) {
    const found = other();
    if (found !== null) return found;
    if (held !== undefined && (await isOwned(held))) return held;
    try {
      return await takeLockForLife(folder.daemonLock);
    } catch (error) {
      if (!(error instanceof CoordError && error.code === 'BUSY') || performance.now() > untilMs) throw error;
    }
    await delay(POLL_MS);
  }
}

function otherDaemon(folder: FleetFolder): DaemonRecord | null {
  const daemon = livingDaemon(folder);
  return daemon?.pid === process.pid ? null : daemon;
}

const isOwned = (lock: HeldLock): Promise<boolean> =>
  lock.assertOwned().then(
    () => true,
    () => false,
  );

function write(folder: FleetFolder, record: DaemonRecord): void {
  writeWhole(folder.daemon, `${JSON.stringify(record, null, 1)}\n`);
}
