// Sends what the rules of waking decided. In the journal first: a process that dies here has not sent it twice, and an hour is an hour.
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { Instant } from '../../core/model/machines/instant.ts';
import type { Self } from '../../core/model/machines/self.ts';
import type { Wakeable, Woken } from '../../core/model/machines/waking.ts';
import { wakesDue, withoutPacket } from '../../features/wake/rules/wake.ts';
import type { Machine } from '../context.ts';

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
  for (const send of sends) {
    const { machine: target, to, why } = send;
    machine.step('wake-journaled');
    const problem = await sendOrSayWhyNot(machine, to);
    woken.push({ machine: target, name: snapshot.machines.get(target)?.document.name ?? '', why, problem });
    if (problem !== null) next = { ...next, wakes: withoutPacket(next, send, state, machine.clock.now()) };
  }
  if (next.wakes !== notes) await machine.journal.save(next);
  return { state: next, woken };
}

async function sendOrSayWhyNot({ waker }: Machine, to: Wakeable): Promise<string | null> {
  try {
    await waker?.wake(to);
    return waker === undefined ? 'this process sends nothing' : null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
