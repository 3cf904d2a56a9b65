// I4: when a machine has left. A fetch must show LEFT on its lane, with nothing left to push and an empty outbox, so that what its people wrote goes
// out first. Messages whose log has no room are dropped, and counted: their readers may never make any. After that it neither fetches nor pushes.
import { asBelieved } from '../../core/cycle/as-believed.ts';
import { withoutRoom } from '../../core/messages/outgoing.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { SendIntention } from '../../core/model/messages/mail.ts';
import type { Reader } from '../../core/model/messages/message.ts';
import type { Machine } from '../context.ts';
import { lastKnown } from '../steps/mail.ts';

type Outbox = Pick<Machine['journal'], 'intentions' | 'mail'>;

/** True: the machine has left. What a command records at that very moment is still sent (S5). */
export async function hasLeft(journal: Outbox, state: JournalState | null): Promise<boolean> {
  return state?.leaving?.landed === true && (await waitsIn(journal)) === 0;
}

/** For a cycle that has something to say after all. */
export async function notLeftYet(machine: Pick<Machine, 'journal'>, state: JournalState): Promise<JournalState> {
  if (!state.leaving?.landed) return state;
  const next = { ...state, leaving: { ...state.leaving, landed: false } };
  await machine.journal.save(next);
  return next;
}

async function waitsIn(journal: Outbox): Promise<number> {
  return (await journal.intentions()).length + (await journal.mail()).length;
}

/** Call where a fetch has succeeded and there is nothing to say. */
export async function withLeft(
  machine: Pick<Machine, 'journal' | 'step'>,
  state: JournalState,
  snapshot: Snapshot,
): Promise<JournalState> {
  const { leaving } = state;
  if (leaving === null || leaving.landed || state.duplicate !== null || state.active.length > 0) return state;
  if (snapshot.machines.get(state.machine)?.document.state !== 'LEFT') return state;
  const sends = (await machine.journal.mail()).flatMap((it) => (it.kind === 'send' ? [it] : []));
  const dropped = withoutRoom(state.mail, sends, (reader) => lastKnown(reader, state.machine, asBelieved(snapshot)));
  if ((await waitsIn(machine.journal)) > dropped.length) return state;
  const unsent = countedUnsent(leaving.unsent ?? {}, dropped);
  const next = { ...state, leaving: { ...leaving, landed: true, ...(dropped.length === 0 ? {} : { unsent }) } };
  await machine.journal.save(next);
  machine.step('left-journaled');
  await machine.journal.settle(...dropped.map(({ id }) => id));
  return next;
}

/** `before`: what an earlier try, which was killed, counted. */
function countedUnsent(before: Readonly<Record<Reader, number>>, dropped: readonly SendIntention[]): Record<Reader, number> {
  const now: Record<Reader, number> = {};
  for (const { to } of dropped) now[to] = (now[to] ?? 0) + 1;
  const readers = new Set([...Object.keys(before), ...Object.keys(now)]);
  return Object.fromEntries([...readers].map((to) => [to, Math.max(before[to] ?? 0, now[to] ?? 0)]));
}
