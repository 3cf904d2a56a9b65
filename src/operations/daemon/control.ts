// Starts and stops the daemon of a fleet folder, and tells its state, for `coord daemon start`, `stop` and `status`.
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isoTime } from '../../core/base/time.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Instant } from '../../core/model/machines/instant.ts';
import type { RunSight } from '../../core/model/orders/run.ts';
import { atMostMs } from '../../core/presence/elapsed.ts';
import { CoordError, errorCode } from '../../errors.ts';
import { followFile } from '../../system/files/follow-file.ts';
import { textIn } from '../../system/files/read-if-there.ts';
import { type FleetFolder, isFleetFolder, lastFetchMs } from '../../system/fleet/fleet-folder.ts';
import { startDetached } from '../../system/process/detached.ts';
import { isLiving } from '../../system/process/process-identity.ts';
import { systemClock } from '../../system/time/clock.ts';
import type { World } from '../sync/dependencies.ts';
import type { OpenMachine } from '../sync/open-machine.ts';
import { underLock } from '../sync/under-lock.ts';
import { readView } from '../sync/view.ts';
import { daemonEnvironment } from './daemon-environment.ts';
import type { DaemonRecord } from './daemon-record.ts';
import { forgetLostDaemon, livingDaemon } from './pid-file.ts';

const START_MS_MAX = 20_000;
/** SIGTERM lets a sync finish (run-daemon.ts); a machine that is busy gets a little more. */
const STOP_MS_MAX = 10_000;
const POLL_MS = 25;

/** `isNew` false = it ran already. Throws FAILED with its last words where it does not come up. */
export async function startDaemon(
  folder: FleetFolder,
  mainPath: string,
  env: NodeJS.ProcessEnv,
): Promise<{ readonly daemon: DaemonRecord; readonly isNew: boolean }> {
  const before = livingDaemon(folder);
  if (before !== null) return { daemon: before, isNew: false };
  const child = startDetached(
    [mainPath, '--dir', folder.root, 'daemon', 'run'],
    daemonEnvironment(folder, env),
    folder.daemonLog,
  );
  const untilMs = performance.now() + START_MS_MAX;
  for (;;) {
    const daemon = livingDaemon(folder);
    if (daemon !== null) {
      child.leave();
      return { daemon, isNew: daemon.pid === child.pid };
    }
    const ended = child.ended();
    if (ended !== null || performance.now() > untilMs) {
      child.leave();
      const why =
        ended === null
          ? `it did not answer within ${START_MS_MAX / 1000} s`
          : `it ended (${ended}): ${textIn(folder.daemonLog)?.trimEnd().split('\n').at(-1) ?? 'it said nothing'}`;
      throw new CoordError('FAILED', `the daemon of ${folder.root} did not start: ${why}`, 'coord daemon run, to see why');
    }
    await delay(POLL_MS);
  }
}

/** The daemon that somebody else starts; null = none came up. `before`: the one that it replaces. */
export async function untilDaemon(folder: FleetFolder, before: DaemonRecord | null): Promise<DaemonRecord | null> {
  const untilMs = performance.now() + START_MS_MAX;
  for (;;) {
    const daemon = livingDaemon(folder);
    if (daemon !== null && daemon.pid !== before?.pid) return daemon;
    if (performance.now() > untilMs) return null;
    await delay(POLL_MS);
  }
}

/** The daemon that was ended; null = none ran. Runs go on under their watchdogs. Throws FAILED where it does not end. */
export async function stopDaemon(folder: FleetFolder): Promise<DaemonRecord | null> {
  const daemon = livingDaemon(folder);
  if (daemon === null) {
    forgetLostDaemon(folder);
    return null;
  }
  try {
    process.kill(daemon.pid, 'SIGTERM');
  } catch (error) {
    if (errorCode(error) !== 'ESRCH')
      throw new CoordError('REFUSED', `the daemon of ${folder.root} (pid ${daemon.pid}) belongs to another user`, null, {
        cause: error,
      });
  }
  const untilMs = performance.now() + STOP_MS_MAX;
  while (isLiving(daemon)) {
    if (performance.now() > untilMs) {
      const what = `the daemon of ${folder.root} (pid ${daemon.pid}) did not end within ${STOP_MS_MAX / 1000} s`;
      throw new CoordError('FAILED', what, `kill -9 ${daemon.pid}: coord survives that`);
    }
    await delay(POLL_MS);
  }
  forgetLostDaemon(folder);
  return daemon;
}

export interface DaemonStatus {
  readonly running: boolean;
  readonly pid: number | null;
  /** ISO 8601 UTC. */
  readonly since: string | null;
  readonly version: string | null;
  /** When the remote was last reached; null = never. */
  readonly lastSync: string | null;
  /** Null = it has not looked yet, or does not run. */
  readonly nextLook: string | null;
  readonly trouble: string | null;
  /** Since it was started. */
  readonly syncs: number;
  /** In the hour before it said so last. */
  readonly pushesLately: number;
  /** H2: until when what there is to say waits, ISO 8601 UTC; null = nothing waits. */
  readonly heldUntil: string | null;
}

export function daemonStatus(folder: FleetFolder, now: Instant = systemClock.now()): DaemonStatus {
  const daemon = livingDaemon(folder);
  return {
    running: daemon !== null,
    pid: daemon?.pid ?? null,
    since: daemon?.since ?? null,
    version: daemon?.version ?? null,
    lastSync: lastSyncOf(folder),
    nextLook: daemon === null ? null : nextLookOf(daemon, now),
    trouble: daemon?.trouble ?? null,
    syncs: daemon?.syncs ?? 0,
    pushesLately: daemon?.pushesLately ?? 0,
    heldUntil: daemon === null ? null : (readView(folder)?.sync.heldUntil ?? null),
  };
}

/** When the remote was last reached, by whichever process; ISO 8601 UTC, null = never. */
export function lastSyncOf(folder: FleetFolder): string | null {
  const fetchedMs = isFleetFolder(folder) ? lastFetchMs(folder) : null;
  return fetchedMs === null ? null : isoTime(fetchedMs);
}

/** By this computer's clock as it is now: the daemon waits no longer where that was set back meanwhile. */
function nextLookOf({ nextLook, saidAt }: Pick<DaemonRecord, 'nextLook' | 'saidAt'>, now: Instant): string | null {
  if (nextLook === null || saidAt === undefined) return nextLook;
  const leftMs = Date.parse(nextLook) - saidAt.wallMs - atMostMs(saidAt, now);
  return isoTime(now.wallMs + Math.max(0, leftMs));
}

/** SIGTERM, 10 s, SIGKILL (O9), and a little more. */
const END_MS_MAX = 15_000;

/** Orders whose runs went on here. */
export interface StoppedRuns {
  readonly stopped: readonly string[];
  /** Told to stop, and not ended yet. */
  readonly going: readonly string[];
}

/** Stops all runs here and waits until they have ended. The next sync reports them: one now would start new ones. */
export function stopRuns(world: World, folder: FleetFolder): Promise<StoppedRuns> {
  return underLock(world, folder, ({ opened, state }) => stopAll(opened, state));
}

export async function stopAll(
  { runner, journal }: Pick<OpenMachine, 'runner' | 'journal'>,
  state: JournalState,
): Promise<StoppedRuns> {
  const sights = new Map<string, RunSight['kind']>();
  for (const { key, begun } of state.active) sights.set(key, (await runner.look(key, begun)).kind);
  // What has ended by itself stays as it ended.
  const active = state.active.map((run) =>
    sights.get(run.key) === 'ended' ? run : { ...run, stop: run.stop ?? ('halted' as const) },
  );
  for (const { key, stop } of active) if (stop !== null && sights.get(key) !== 'ended') await runner.stop(key, stop);
  if (active.length > 0) await journal.save({ ...state, active });
  const untilMs = performance.now() + END_MS_MAX;
  const [stopped, going]: [string[], string[]] = [[], []];
  for (const { key, order, begun } of active) {
    if (sights.get(key) !== 'running') continue;
    await runner.untilOneEnds([key], Math.max(1, untilMs - performance.now()));
    // The wait is over also where only the watchdog is gone.
    ((await runner.look(key, begun)).kind === 'running' ? going : stopped).push(order);
  }
  return { stopped, going };
}

/** With `follow` it does not end by itself. Throws NOT_FOUND where there is no log. */
export async function followDaemonLog({ daemonLog }: FleetFolder, follow: boolean, write: (text: string) => void): Promise<void> {
  if (!existsSync(daemonLog)) throw new CoordError('NOT_FOUND', `there is no log yet: ${daemonLog}`, 'coord daemon start');
  await followFile(daemonLog, follow, write);
}
