// A daemon's pace: give `gate` to each of its cycles, and ask `next` after each sync. It keeps the values of core/presence/pacing.ts and
// core/presence/push-budget.ts. Nothing of it is on disk, because the journal says when the last push was accepted.
import { nextDeadlinesMs } from '../../core/decide/next-deadlines.ts';
import type { TroubleCode } from '../../core/model/ledger/push.ts';
import { afterCycle, type Came, nextWake, type Pace, startPace, type Wake, wokenPace } from '../../core/presence/pacing.ts';
import { ORDERS_PATH } from '../../documents/paths.ts';
import type { Clock, Random } from '../../ports.ts';
import type { CycleOutcome } from '../outcome.ts';
import { createPushGate, type PushGate } from './push-gate.ts';

export interface Pacer {
  readonly gate: PushGate;
  /**
   * After a sync with any outcome: when the next one is. A sync that another process did (C9) counts as a look.
   * `isWaitedFor`: somebody waits for an order here; `isTold`: somebody tells this machine of news at once.
   */
  next(here: { readonly isWaitedFor: boolean; readonly isTold: boolean }): Wake;
  /** After a sync that threw: it counts as a failure like any other (H3). */
  failed(): Wake;
  /** The computer was asleep, or the network is back: what was known is out of date. The budget stays as it is. */
  afresh(): void;
}

export function createPacer(clock: Clock, random: Pick<Random, 'fraction'>): Pacer {
  let pace: Pace = startPace(clock.now());
  /** Outcomes of the cycles of the sync under way (C8). */
  let cycles: CycleOutcome[] = [];
  /** The last outcome that saw the remote: what is due follows from it. */
  let seen: CycleOutcome | null = null;
  const gate = createPushGate(clock, (outcome) => {
    cycles.push(outcome);
    if (outcome.seen !== null) seen = outcome;
  });
  const wake = (came: Came): Wake => {
    const now = clock.now();
    const heldForMs = cycles.at(-1)?.heldForMs ?? null;
    // Where it decided nothing, another cycle at once would not either.
    const decidedAt = cycles.at(-1)?.seen?.now ?? now;
    pace = afterCycle(pace, came, { now, fraction: random.fraction() });
    cycles = [];
    const when = { now, shownAt: gate.shownAt() ?? now, decidedAt };
    const dues = seen?.seen == null ? [] : nextDeadlinesMs(seen.seen.snapshot, seen.state, seen.self, when);
    return nextWake(pace, now, heldForMs === null ? dues : [...dues, heldForMs]);
  };
  return {
    gate,
    next: ({ isWaitedFor, isTold }) => {
      const came = cameOf(cycles, pace.main);
      return wake({ ...came, isBusy: came.isBusy || isWaitedFor, isTold });
    },
    failed: () => wake({ ...cameOf(cycles, pace.main), trouble: 'UNKNOWN' }),
    afresh: () => {
      pace = wokenPace(pace, clock.now());
    },
  };
}

function cameOf(cycles: readonly CycleOutcome[], main: string | null): Came {
  const last = cycles.at(-1);
  // Another process did the sync (C9). What it began or left due is not known here, so the next look comes soon.
  if (last === undefined)
    return { trouble: null, fetched: true, pushed: false, isBusy: true, isTold: false, main, orders: null, machines: null };
  return {
    trouble: troubleOf(last),
    fetched: cycles.some(({ fetched }) => fetched),
    pushed: cycles.some(({ push }) => push !== null),
    isBusy: isBusy(last),
    isTold: false,
    main: last.seen?.snapshot.main.commit ?? main,
    orders: last.seen?.snapshot.main.files.get(ORDERS_PATH) ?? null,
    machines: last.seen?.snapshot.lanes.size ?? null,
  };
}

/** A lane that was refused at every try counts as a failure: the others hear nothing of this machine. */
function troubleOf({ trouble, push }: CycleOutcome): TroubleCode | null {
  return trouble?.code ?? (push?.lane === 'refused' ? 'UNKNOWN' : null);
}

function isBusy({ state, waiting, seen, push, heldForMs }: CycleOutcome): boolean {
  const runs = state.active.length + state.claims.length + Object.keys(state.dueSince).length > 0;
  const hasEdit = push?.main !== 'accepted' && (seen?.edits.going.length ?? 0) > 0;
  const hasWord = heldForMs !== null && seen?.composed.why !== 'beat';
  return runs || hasEdit || hasWord || waiting.some((order) => order.state === 'ASSIGNED');
}
