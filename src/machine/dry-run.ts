// A dry run: what a cycle would start, stop and say. Nothing of it happens.
import type { JournalState } from '../core/model/ledger/journal.ts';
import type { Self } from '../core/model/machines/self.ts';
import type { Machine } from './context.ts';
import { applyEdits } from './steps/apply-edits.ts';
import { derive, logFiles, type Seen } from './steps/derive.ts';
import { placeable } from './steps/placeable.ts';

export async function dryRun(machine: Machine, state: JournalState, self: Self, seen: Seen) {
  const { snapshot, fetchedAt, now } = seen;
  const { actions, waiting } = await placeable(machine, snapshot, state, self, { now, fetchedAt, unplaced: new Map() });
  const started = actions.flatMap((action) => (action.kind === 'start' || action.kind === 'claim' ? [action.order.id] : []));
  const stopped = actions.flatMap((action) =>
    action.kind === 'stop' ? state.active.filter((run) => run.key === action.key).map((run) => run.order) : [],
  );
  const edits = await applyEdits(machine.ledger, snapshot, await machine.journal.intentions());
  const logs = await logFiles(machine, state, snapshot);
  const { composed } = derive(machine, state, self, { ...seen, mailFiles: logs, edits, waiting, subject: '' });
  return { state, started, stopped, waiting, seen: { snapshot, now, composed, edits } };
}
