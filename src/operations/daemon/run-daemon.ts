// Runs `coord daemon run`, the process around the loop. It is the only daemon of its folder, ends within 10 s of SIGTERM with the journal
// in order, and looks anew at everything local on SIGHUP.
import { isoTime } from '../../core/base/time.ts';
import { CoordError, errorMessage } from '../../errors.ts';
import type { Companion, DaemonHandle } from '../../ports.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import type { World } from '../sync/dependencies.ts';
import { mustBeSynced, type SyncReport } from '../sync/sync.ts';
import { noteEnvironment } from './daemon-environment.ts';
import { appendToLog, logLine } from './daemon-log.ts';
import type { DaemonRecord } from './daemon-record.ts';
import { runLoop } from './loop.ts';
import { claimPidFile } from './pid-file.ts';
import { createWakeupSignal, type WakeupSignal } from './wakeup-signal.ts';

export interface DaemonVoice {
  readonly isTerminal: boolean;
  /** Every line of the log, as it is written. */
  out(line: string): void;
  /** What a sync did, in one line; null = nothing. */
  did(report: SyncReport): string | null;
  /** What stands in the way for as long as it does: faults, files that were not taken. */
  stands(report: SyncReport): readonly string[];
}

/** How long a sync under way may take to finish when the daemon is told to end. If it is killed after that, it needs no repair (C2). */
const FINISH_MS = 8_000;

/** Resolves with null when it has ended, or at once with the daemon that lives here already. */
export async function runDaemon(world: World, folder: FleetFolder, voice: DaemonVoice): Promise<DaemonRecord | null> {
  const since = isoTime(world.clock.now().wallMs);
  const signal = createWakeupSignal();
  const claimed = await claimPidFile(folder, { version: world.version, since }, (other) => {
    log(`another daemon has taken this folder over, pid ${other.pid}`);
    signal.raise('stop');
  });
  if ('pid' in claimed) return claimed;
  noteEnvironment(folder, world.env);
  const log = (text: string) => {
    const line = logLine(world.clock.now().wallMs, text);
    appendToLog(folder.daemonLog, line);
    voice.out(line);
  };
  const end = (code: number, why: string): never => {
    log(why);
    // Git's children go with it.
    process.exit(code);
  };
  process.on('uncaughtException', (error) => end(1, `ended by a bug in coord: ${error.stack ?? error.message}`));
  const stop = (name: string) => {
    signal.raise('stop');
    setTimeout(() => end(0, `ended by ${name} in the middle of a sync; the next sync continues it`), FINISH_MS).unref();
  };
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, () => stop(name));
  // Its terminal was closed, or somebody asks it to look anew.
  process.on('SIGHUP', () => (voice.isTerminal ? stop('SIGHUP') : signal.raise('asked')));

  log(`coord ${world.version} watches over ${folder.root}, pid ${process.pid}`);
  const told = createTeller(log, voice);
  let syncs = 0;
  const pushes = createPushCount(() => world.clock.now().wallMs);
  const around = createHandle(signal, log);
  const companions = await startCompanions(await world.companions(folder), around.handle);
  try {
    const why = await runLoop(world, folder, {
      signal,
      log,
      synced(report) {
        syncs += 1;
        pushes.add(report.pushes);
        told.synced(report);
        around.synced();
      },
      failed: told.failed,
      isTold: around.isTold,
      waits(ms) {
        const saidAt = world.clock.now();
        const nextLook = isoTime(saidAt.wallMs + ms);
        void claimed.say({ nextLook, saidAt, trouble: told.trouble(), syncs, pushesLately: pushes.lately() });
      },
    });
    log(`ended: ${why}`);
  } catch (error) {
    log(`ended: ${sentence(error)}`);
    throw error;
  } finally {
    await companions.end();
    await claimed.end();
  }
  return null;
}

/** Says each thing once: what was done when it was done, what stands in the way when that changes. */
function createTeller(log: (line: string) => void, voice: DaemonVoice) {
  let trouble: string | null = null;
  let standing: readonly string[] = [];
  let said: readonly string[] = [];
  const now = (next: string | null) => {
    if (next !== null && next !== trouble) log(`! ${next}`);
    if (next === null && trouble !== null) log('well again');
    trouble = next;
  };
  return {
    trouble: () => trouble,
    synced(report: SyncReport) {
      const did = voice.did(report);
      if (did !== null) log(did);
      now(troubleOf(report));
      const stands = voice.stands(report);
      // Looked at twice in a row: a file that is saved in the middle of a sync does no harm.
      const lasting = stands.filter((line) => standing.includes(line));
      for (const line of lasting) if (!said.includes(line)) log(`! ${line}`);
      [standing, said] = [stands, lasting];
    },
    failed: (error: unknown) => now(sentence(error)),
  };
}

function troubleOf(report: SyncReport): string | null {
  try {
    mustBeSynced(report);
    return null;
  } catch (error) {
    return sentence(error);
  }
}

function sentence(error: unknown): string {
  if (error instanceof CoordError) return error.hint === null ? error.message : `${error.message}; try: ${error.hint}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** What the daemon has to do with those that live beside its loop. */
function createHandle(signal: WakeupSignal, log: (text: string) => void) {
  const listeners = new Set<() => void>();
  let isTold = false;
  const handle: DaemonHandle = {
    log,
    wake: () => signal.raise('saved'),
    look: () => signal.raise('told'),
    told(is) {
      const wasTold = isTold;
      isTold = is;
      // The look that it waits for is too late now.
      if (wasTold && !is) signal.raise('journal');
    },
    onSynced(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  const synced = () => {
    for (const listener of listeners) listener();
  };
  return { handle, synced, isTold: () => isTold };
}

/** Together they have so long to end. */
const END_MS = 1_500;

/** What lives beside the loop keeps the daemon from nothing: one that cannot start or end says so in the log. */
async function startCompanions(companions: readonly Companion[], daemon: DaemonHandle): Promise<{ end(): Promise<void> }> {
  const lives: { end(): Promise<void> }[] = [];
  for (const { name, start } of companions) {
    try {
      lives.push(await start(daemon));
    } catch (error) {
      daemon.log(`! ${name} could not be started: ${errorMessage(error)}`);
    }
  }
  return {
    async end() {
      const late = new Promise<void>((resolve) => void setTimeout(resolve, END_MS).unref());
      const ends = lives.map((life) => life.end().catch((error: unknown) => daemon.log(`! ${errorMessage(error)}`)));
      await Promise.race([Promise.all(ends), late]);
    },
  };
}

const HOUR_MS = 3_600_000;

interface PushCount {
  add(pushes: number): void;
  /** In the last hour. */
  lately(): number;
}

export function createPushCount(nowMs: () => number): PushCount {
  let times: number[] = [];
  const recent = () => {
    const now = nowMs();
    // Those from ahead are of a clock that was set back.
    times = times.filter((time) => time <= now && now - time < HOUR_MS);
    return times;
  };
  return {
    add: (pushes) => {
      const now = nowMs();
      times = [...recent(), ...Array.from({ length: pushes }, () => now)];
    },
    lately: () => recent().length,
  };
}
