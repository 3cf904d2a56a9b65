// Sends the packets that the rules of waking decided. The journal records them first, so a process that dies here does not send twice.
import type { Wakeable, Woken } from '../../../core/model/machines/waking.ts';
import { errorMessage } from '../../../errors.ts';
import type { FeatureStep, Machine } from '../../../machine/context.ts';
import { wakesDue, withoutPacket } from '../rules/wake.ts';
import { wakesOf } from '../rules/wake-notes.ts';

export const wakeOthers: FeatureStep = { perform, failing: 'no machine is woken' };

async function perform(
  ...[machine, state, { snapshot, self, fetchedAt }]: Parameters<FeatureStep['perform']>
): ReturnType<FeatureStep['perform']> {
  // Nobody was seen now, so nobody is seen to sleep.
  if (fetchedAt === null || state.duplicate !== null || state.leaving !== null) return { state, woken: [] };
  const { sends, notes } = wakesDue(snapshot, state, self, { now: machine.clock.now(), fetchedAt });
  if (notes === wakesOf(state)) return { state, woken: [] };
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
    return errorMessage(error);
  }
}
