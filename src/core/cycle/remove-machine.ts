// I4: the last documents of a machine that is gone, written by another machine because a person said so. Pure.

import type { MachineView } from '../model/ledger/snapshot.ts';
import type { MachineDocument } from '../model/machines/machine.ts';
import type { ResultsDocument } from '../model/orders/run.ts';
import { interruptedRuns } from './take-over-machine.ts';

/** seq and beat are one above all that were seen, so that this version counts everywhere (D2, F2). */
export function lastWordOf(
  view: Pick<MachineView, 'document' | 'results' | 'lane'>,
  { removedBy, lostBeat, nowIso }: { readonly removedBy: number; readonly lostBeat: number; readonly nowIso: string },
): { readonly document: MachineDocument; readonly results: ResultsDocument } {
  // A machine that has left has no emergency (M6).
  const { emergency: _emergency, ...document } = view.document;
  const { results, lane } = view;
  const beat = Math.max(document.beat, lane?.beat ?? 0, lostBeat) + 1;
  // A few more runs in full than usual: nobody will move them to its history.
  const ended = [...results.ended, ...interruptedRuns(results.running, nowIso)];
  return {
    document: { ...document, state: 'LEFT', seq: document.seq + 1, beat, updated: nowIso, load: 0, removedBy },
    results: { ...results, ended, running: [], claimed: [], waiting: [] },
  };
}
