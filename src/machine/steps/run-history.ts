// The cycle's part in the history of runs: the journal keeps a run that left the results until the history on the lane shows it, so a crash or a
// refused push loses nothing. The history is rendered from the journal, in the same push as the results that the run left.
import { ownFilesIn } from '../../core/cycle/as-believed.ts';
import { isReadByOthers } from '../../core/cycle/own-documents.ts';
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Files, Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { EndedRun } from '../../core/model/orders/run.ts';
import { appendRunHistory, beginsWithRun, runsNotInHistory } from '../../documents/machine/run-history.ts';
import { runHistoryOf, runHistoryPath } from '../../documents/paths.ts';
import type { Ledger } from '../../ports.ts';
import { historyEnds } from './history-ends.ts';

/** Drops from the journal the runs that the history on the lane shows. */
export async function withoutWrittenRuns(ledger: Ledger, state: JournalState, snapshot: Snapshot): Promise<JournalState> {
  const { machine, movedRuns } = state;
  const lane = snapshot.machines.get(machine)?.lane;
  // T5: what the lane shows then is not this machine's word.
  if (movedRuns.length === 0 || !lane || snapshot.believed?.ownFiles !== undefined) return state;
  const left = runsNotInHistory(movedRuns, (await historyTexts(ledger, lane.files, machine, movedRuns)).values());
  return left.length === movedRuns.length ? state : { ...state, movedRuns: left };
}

/** The documents of this machine's history that have to change, as text by path. */
export async function runHistoryFiles(
  ledger: Ledger,
  { machine, movedRuns }: JournalState,
  snapshot: Snapshot,
): Promise<ReadonlyMap<string, string>> {
  if (movedRuns.length === 0) return new Map();
  // A line is added only to the text that the next lane commit would carry along.
  const files = ownFilesIn(snapshot, machine);
  const before = await historyTexts(ledger, files, machine, movedRuns);
  const place = { machine, files, isNumbered: isReadByOthers(snapshot, machine, 3) };
  return new Map([...appendRunHistory(before, movedRuns)].map(([part, text]) => [runHistoryPath(part, place), text]));
}

const historyTexts = (ledger: Ledger, files: Files, machine: number, runs: readonly EndedRun[]) =>
  historyEnds(
    ledger,
    files,
    runs.map(({ finishedAt }) => finishedAt.slice(0, 7)),
    {
      partOf: (path) => runHistoryOf(path, machine),
      pathOf: (part) => runHistoryPath(part, { machine, files, isNumbered: true }),
      beginsMoved: (text) => beginsWithRun(text, runs),
    },
  );
