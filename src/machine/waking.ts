// Sends what core/wake decided. In the journal first: a process that dies here has not sent it twice, and an hour is an hour.
import type { Instant, JournalState } from '../core/model/journal.ts';
import type { Self } from '../core/model/self.ts';
import type { Snapshot } from '../core/model/snapshot.ts';
import type { Woken } from '../core/model/waking.ts';
import { wakesDue } from '../core/wake.ts';
import type { Machine } from './context.ts';

/** `fetchedAt`: null = nobody was seen now, so nobody is seen to sleep. */
export async function wakeOthers(
  machine: Machine,
  snapshot: Snapshot,
  state: JournalState,
  self: Self,
  fetchedAt: Instant | null,
): Promise<{ readonly state: JournalState; readonly woken: readonly Woken[] }> {
  if (fetchedAt === null || state.duplicate !== null || state.leaving !== null) return { state, woken: [] };
  const { sends, notes } = wakesDue(snapshot, state, self, { now: machine.clock.now(), fetchedAt });
  if (notes === state.wakes) return { state, woken: [] };
  let next = { ...state, wakes: notes };
  await machine.journal.save(next);
  const woken: Woken[] = [];
  for (const { machine: target, addresses, why } of sends) {
    machine.step('wake-journaled');
    const problem = await sendOrSayWhyNot(machine, addresses);
    woken.push({ machine: target, name: snapshot.machines.get(target)?.document.name ?? '', why, problem });
    // Others must not count on it.
    if (problem !== null) next = withSent(next, target, machine.clock.now(), null);
  }
  if (next.wakes !== notes) await machine.journal.save(next);
  return { state: next, woken };
}

/** `said`: null = it could not be sent. */
export function withSent(state: JournalState, target: number, at: Instant, said: string | null): JournalState {
  const sent = { ...state.wakes.sent, [`${target} ${state.machine}`]: { at, said } };
  return { ...state, wakes: { ...state.wakes, sent } };
}

async function sendOrSayWhyNot({ waker }: Machine, addresses: readonly string[]): Promise<string | null> {
  try {
    await waker?.wake(addresses);
    return waker === undefined ? 'this process sends nothing' : null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
