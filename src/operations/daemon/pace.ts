// When the daemon comes round again: what each sync showed goes into core/pacing (H3), and the gate of its pushes into the next (H2).
import type { JournalState } from '../../core/model/journal.ts';
import type { Snapshot } from '../../core/model/snapshot.ts';
import * as pacing from '../../core/pacing.ts';
import { afterCycle, type Came, nextWake, type Wake } from '../../core/pacing.ts';
import type { CycleOutcome } from '../../machine/cycle.ts';
import { createPushGate, type PushGate } from '../../machine/push-gate.ts';
import type { SyncReport } from '../sync.ts';
import type { World } from '../world.ts';

/** Tests shorten or lengthen the time between two looks; nothing else sets this. */
const LOOK_MS_ASKED = 'COORD_LOOK_MS';

export interface DaemonPace {
  readonly gate: PushGate;
  /** For each cycle of a sync. */
  cycled(outcome: CycleOutcome): void;
  /** After a sync; null = it threw. */
  next(report: SyncReport | null): Wake;
  /** The network is another one, or this computer was asleep: what failed before says nothing any more. */
  freshNetwork(): void;
}

interface Seen {
  readonly fetched: boolean;
  readonly pushed: boolean;
  readonly heldForMs: number | null;
  readonly snapshot: Snapshot | null;
  readonly state: JournalState | null;
}

const NOTHING: Seen = { fetched: false, pushed: false, heldForMs: null, snapshot: null, state: null };

export function createPace({ clock, random, env }: Pick<World, 'clock' | 'random' | 'env'>): DaemonPace {
  const asked = env[LOOK_MS_ASKED];
  let pace = pacing.startPace(clock.now());
  let seen = NOTHING;
  return {
    gate: createPushGate(clock),
    cycled({ fetched, said, heldForMs, seen: view, state }) {
      seen = {
        fetched: fetched || seen.fetched,
        pushed: (said?.pushes ?? 0) > 0 || seen.pushed,
        heldForMs,
        snapshot: view?.snapshot ?? null,
        state,
      };
    },
    next(report) {
      const now = clock.now();
      pace = afterCycle(pace, came(report, seen), { now, fraction: random.fraction() });
      const { heldForMs } = seen;
      seen = NOTHING;
      if (asked !== undefined && pace.failures === 0) pace = { ...pace, lookInMs: Number(asked) };
      return nextWake(pace, now, heldForMs === null ? [] : [heldForMs]);
    },
    freshNetwork() {
      pace = { ...pace, failures: 0 };
    },
  };
}

function came(report: SyncReport | null, { fetched, pushed, heldForMs, snapshot, state }: Seen): Came {
  if (report === null) return { trouble: 'UNKNOWN', fetched: false, pushed, isBusy: false, main: null };
  const { running, waiting, view, trouble, byAnother } = report;
  const isToBeSaid = (view?.sync.pendingEdits.length ?? 0) > 0 || heldForMs !== null;
  const isWaiting = waiting.some((order) => order.state === 'ASSIGNED') || (state?.claims.length ?? 0) > 0;
  return {
    trouble: trouble?.code ?? null,
    fetched: fetched || byAnother,
    pushed,
    isBusy: running.length > 0 || isWaiting || isToBeSaid,
    main: snapshot?.main.commit ?? null,
  };
}
