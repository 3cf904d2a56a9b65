// C4a: may this cycle rest on what the last fetch showed? Only if there is nothing to do but push.
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Self } from '../../core/model/machines/self.ts';
import type { Machine } from '../context.ts';
import { type Look, notHere, recall } from '../reading/fetch-snapshot.ts';
import { withAskedTools } from './own-tools.ts';
import { placeable } from './placeable.ts';

/** The last view, if nothing needs a newer one: no start, no stop, no edit of a person, no doubt about the remote. */
export async function reusedSnapshot(machine: Machine, state: JournalState, self: Self): Promise<Look | null> {
  if (state.duplicate !== null || state.rewritten !== null) return null;
  if (state.leaving !== null || state.claims.length > 0) return null;
  // F1: people wait for an answer, and only a fetch tells whether another machine has given it.
  if (state.unanswered !== null) return null;
  const recalled = await recall(machine, state.board, state);
  if (recalled?.snapshot == null || (await machine.journal.intentions()).length > 0) return null;
  // R3a: a view without the main that this machine knows is older, or shows a rewrite: a fetch tells which.
  const { commit } = recalled.snapshot.main;
  if (commit !== state.main && !(await leadsOn(machine, state.main, commit))) return null;
  // An accepted push of this machine could not be taken into the view, so the view is older than it.
  if (recalled.snapshot.lanes.get(state.machine)?.commit !== state.accepted?.commit) return null;
  // Decide on this view as if it were new: if this machine would claim a shared order, a fetch is worth it, or its slot stays empty until the next one.
  const now = machine.clock.now();
  const when = { now, fetchedAt: now, unplaced: new Map() };
  const me = withAskedTools(machine, self, recalled.snapshot);
  const { actions } = await placeable(machine, recalled.snapshot, state, me, when);
  return actions.length === 0 ? recalled : null;
}

/** C5a: where the clone does not tell, a fetch is made. */
async function leadsOn({ ledger }: Machine, from: string | null, to: string | null): Promise<boolean> {
  if (from === null || to === null) return false;
  const told = await ledger.follows(from, to).catch(notHere);
  return told === true;
}
