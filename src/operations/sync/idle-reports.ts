// Reports of syncs that did nothing themselves: of a machine that has left, and of one whose work another process did (C9).
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { WaitingOrder } from '../../core/model/orders/run.ts';
import { NOTHING_CAME } from './came.ts';
import { nextHere } from './next-here.ts';
import type { OpenMachine } from './open-machine.ts';
import type { View } from './view.ts';
import { waitingEditsIn } from './waiting-edits.ts';

/** I4: a machine that has left neither fetches nor pushes, however often cron calls it. */
export async function leftReport({ journal, runner }: OpenMachine, view: View | null, dryRun: boolean) {
  const nothing = {
    started: [],
    stopped: [],
    finished: [],
    saved: null,
    received: 0,
    woken: [],
    waiting: [],
    running: [],
    nextHere: nextHere(runner, []),
    came: () => NOTHING_CAME,
  };
  const none = { trouble: null, policyProblem: null, cycles: 0, pushes: 0, byAnother: false };
  const waitingEdits = await waitingEditsIn(journal, () => null);
  const { lostEdits = [] } = (await journal.load()) ?? {};
  return { ...nothing, ...none, waitingEdits, lostEdits, view, dryRun, leaving: 'left' as const };
}

/** C9: what the other process left. */
export async function anothers(opened: OpenMachine, view: View) {
  const state = await opened.journal.load();
  const running = (state?.active ?? []).map((run) => run.key);
  const waiting = Object.entries(view.orders).flatMap(
    ([order, { state, machine, generation = 1, reason = '' }]): WaitingOrder[] =>
      state === 'ASSIGNED' && machine === view.self.machine ? [{ order, generation, state, reason }] : [],
  );
  const nothing = { started: [], stopped: [], finished: [], saved: null, received: 0, woken: [], came: () => NOTHING_CAME };
  return {
    ...nothing,
    waiting,
    waitingEdits: await waitingEditsIn(opened.journal, ({ id }) => view.sync.editsWait[id] ?? null),
    lostEdits: state?.lostEdits ?? [],
    running,
    nextHere: nextHere(opened.runner, running),
    view,
    trouble: view.sync.trouble,
    cycles: 0,
    pushes: 0,
    policyProblem: null,
    byAnother: true,
    dryRun: false,
    leaving: leavingOf(state),
  };
}

export function leavingOf(state: Pick<JournalState, 'leaving'> | null): 'leaving' | 'left' | null {
  const leaving = state?.leaving ?? null;
  return leaving === null ? null : leaving.landed ? 'left' : 'leaving';
}
