// Wakes a machine for a person (W2, W3): it sends the packet itself if this machine is in the sleeper's network, also while the remote is
// away; else, or where that fails, it records the wish that another machine does.
import { isoTime } from '../../../core/base/time.ts';
import type { JournalState } from '../../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../../core/model/ledger/snapshot.ts';
import { errorMessage } from '../../../errors.ts';
import type { Machine } from '../../../machine/context.ts';
import type { Waker } from '../../../ports.ts';
import { wakesOf } from '../rules/wake-notes.ts';
import { type WakeRoute, wakeRoute } from '../rules/wake-route.ts';

export interface WokenByHand {
  readonly route: WakeRoute;
  /** A packet went out from this machine. */
  readonly sentHere: boolean;
  /** The machine that is asked; null = none. */
  readonly asked: number | null;
  /** Why no packet went out from here, though it should have. */
  readonly problem: string | null;
}

/** Throws what sending throws where nobody else can be asked. */
export async function wakeByHand(
  { clock, journal }: Pick<Machine, 'clock' | 'journal'>,
  waker: Waker,
  snapshot: Snapshot,
  state: JournalState,
  target: number,
): Promise<WokenByHand> {
  const now = clock.now();
  const route = wakeRoute(target, snapshot, state, { own: waker.here(), seenAt: now });
  if (route.kind !== 'goes') return { route, sentHere: false, asked: null, problem: null };
  const said = isoTime(now.wallMs);
  let { sent, wishes } = wakesOf(state);
  let problem: string | null = null;
  if (route.here) {
    try {
      await waker.wake(snapshot.machines.get(target)?.document.wake ?? { addresses: [], networks: [] });
      sent = { ...sent, [`${target} ${state.machine}`]: { at: now, said } };
    } catch (error) {
      if (route.instead === null) throw error;
      problem = errorMessage(error);
    }
  }
  const asked = problem === null ? route.asks : route.instead;
  if (asked !== null) wishes = { ...wishes, [target]: { at: now, lane: state.observed[target]?.commit ?? null, said } };
  await journal.save({ ...state, wakes: { ...wakesOf(state), sent, wishes } });
  return { route, sentHere: route.here && problem === null, asked, problem };
}
