// Waits between two syncs of a daemon, and says why it woke.
import { existsSync } from 'node:fs';
import { lastFetchMs } from '../../system/fleet/fleet-folder.ts';
import { isWaitedFor } from '../../system/process/waited.ts';
import type { OpenMachine } from '../sync/open-machine.ts';
import type { SyncReport } from '../sync/sync.ts';
import { isUnheard, putOffMs, type Wake } from './wakes.ts';
import type { WakeupSignal } from './wakeup-signal.ts';

export interface DaemonFaces {
  readonly signal: WakeupSignal;
  log(line: string): void;
  synced(report: SyncReport): void;
  failed(error: unknown): void;
  /** Milliseconds until the next look. */
  waits(ms: number): void;
  /** H3: somebody tells this machine of news at once. */
  isTold(): boolean;
}

type Place = Pick<OpenMachine, 'folder' | 'journal' | 'runner'>;

export interface Waiting {
  readonly lookMs: number;
  /** H3: for as long as somebody waits for an order here; null = that hurries nothing, as while the remote fails. */
  readonly waitedLookMs: number | null;
  /** Ends of runs are no cause. */
  readonly isStuck: boolean;
  /** H3: the remote failed at the last try: nobody hurries the next one. */
  readonly isFailing: boolean;
  /** H3: the remote failed at the last try: how soon what is saved is tried, in milliseconds from then; 0 = at once. */
  readonly savedInMs: number;
  /** H3: the look is as late as for one that is told of news; how soon it is once it is not, in milliseconds from then. Null = it is not that late. */
  readonly untoldLookMs: number | null;
  /** C9: a look by another process counts as one of this. */
  readonly othersCount: boolean;
  /** H2: after a push, what is saved or ends sooner is taken together with what comes until then. */
  readonly gatherMs: number;
  noteLeaving(): void;
  hasNews(): boolean;
}

/** Waits until there is a cause for a sync. */
export async function nextCause(
  opened: Place,
  faces: Pick<DaemonFaces, 'signal' | 'waits' | 'isTold'>,
  waiting: Waiting,
): Promise<Wake> {
  const { folder, journal } = opened;
  const { isStuck, isFailing, othersCount, waitedLookMs } = waiting;
  const fetchedMs = lastFetchMs(folder);
  const gatheredMs = performance.now() + waiting.gatherMs;
  const beganMs = performance.now();
  let { lookMs } = waiting;
  let { untoldLookMs } = waiting;
  let putOffBy = 0;
  for (;;) {
    if (waitedLookMs !== null && isWaitedFor(folder, Date.now())) lookMs = Math.min(lookMs, waitedLookMs);
    if (untoldLookMs !== null && !faces.isTold()) {
      lookMs = Math.min(lookMs, performance.now() - beganMs + untoldLookMs);
      untoldLookMs = null;
    }
    const leftMs = Math.max(0, beganMs + lookMs + Math.min(putOffBy, lookMs) - performance.now());
    faces.waits(leftMs);
    // Read each time: another process may have started some, and reported others.
    const state = await journal.load().catch(() => null);
    if (state?.leaving != null) waiting.noteLeaving();
    if (!existsSync(folder.identity) || state?.leaving?.landed) return 'look';
    const giveUp = new AbortController();
    // One that is being started elsewhere has no watchdog yet, which looks like an end. It is heard once the journal says that it began (O9).
    const begun = (state?.active ?? []).flatMap((run) => (run.begun ? [run.key] : []));
    raiseAtEnd(opened, isStuck ? [] : begun, {
      leftMs,
      giveUp: giveUp.signal,
      signal: faces.signal,
    });
    const why = await faces.signal.wait(leftMs);
    giveUp.abort();
    if (why === 'journal' || isUnheard(why, isFailing)) continue;
    if (why === 'saved' && !waiting.hasNews()) continue;
    if (why === 'saved' && performance.now() - beganMs < waiting.savedInMs) {
      lookMs = Math.min(lookMs, waiting.savedInMs);
      continue;
    }
    if (why === 'saved' || why === 'run') {
      return (await gather(faces.signal, gatheredMs)) ?? why;
    }
    const fetchedNowMs = lastFetchMs(folder);
    if (why === 'look' && othersCount && putOffBy === 0 && fetchedNowMs !== null && fetchedNowMs !== fetchedMs) {
      putOffBy = putOffMs(lookMs, Date.now() - fetchedNowMs);
      if (putOffBy > 0) continue;
    }
    return why === 'look' && lookMs < waiting.lookMs ? 'hurried' : why;
  }
}

/** What is more than what the sync that comes now does for anyway; null = nothing. */
async function gather(signal: WakeupSignal, untilMs: number): Promise<'stop' | 'asked' | null> {
  for (;;) {
    const leftMs = untilMs - performance.now();
    if (leftMs <= 0) return null;
    const why = await signal.wait(leftMs);
    if (why === 'stop' || why === 'asked') return why;
  }
}

function raiseAtEnd(
  { runner }: Place,
  keys: readonly string[],
  { leftMs, giveUp, signal }: { readonly leftMs: number; readonly giveUp: AbortSignal; readonly signal: WakeupSignal },
): void {
  if (keys.length === 0) return;
  const raise = (hasEnded: boolean) => {
    if (hasEnded && !giveUp.aborted) signal.raise('run');
  };
  runner.untilOneEnds(keys, leftMs, giveUp).then(raise, () => {});
}
