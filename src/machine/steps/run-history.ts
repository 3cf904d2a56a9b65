// The cycle's part in the history of runs: the journal keeps a run that left the results until the history on the lane shows it, so a crash or a
// refused push loses nothing. The history is rendered from the journal, in the same push as the results that the run left.
import type { JournalState } from '../../core/model/ledger/journal.ts';
import type { Files, Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { EndedRun } from '../../core/model/orders/run.ts';
import { appendRunHistory, runsNotInHistory } from '../../documents/machine/run-history.ts';
import { runHistoryOf, runHistoryPath } from '../../documents/paths.ts';
import type { Ledger } from '../../ports.ts';

/** Drops from the journal the runs that the history on the lane shows. */
export async function withoutWrittenRuns(ledger: Ledger, state: JournalState, snapshot: Snapshot): Promise<JournalState> {
  const { machine, movedRuns } = state;
  const lane = snapshot.machines.get(machine)?.lane;
  if (movedRuns.length === 0 || !lane) return state;
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
  const shown = snapshot.machines.get(machine);
  // A line is added only to the text that the next lane commit would carry along.
  const before = await historyTexts(ledger, shown?.lane?.files ?? shown?.files ?? new Map(), machine, movedRuns);
  return new Map([...appendRunHistory(before, movedRuns)].map(([month, text]) => [runHistoryPath(machine, month), text]));
}

/** By month; null = it cannot be read. Months before those of the runs cannot hold them, and are left alone. */
async function historyTexts(
  ledger: Ledger,
  files: Files,
  machine: number,
  runs: readonly EndedRun[],
): Promise<ReadonlyMap<string, string | null>> {
  const months = runs.map(({ finishedAt }) => finishedAt.slice(0, 7));
  const ids = new Map<string, string>();
  for (const [path, id] of files) {
    const month = runHistoryOf(path, machine);
    if (month !== null && months.some((earliest) => earliest <= month)) ids.set(month, id);
  }
  const blobs = await ledger.read(ids.values());
  return new Map(
    [...ids].map(([month, id]) => {
      const blob = blobs.get(id);
      return [month, blob?.kind === 'text' ? blob.text : null];
    }),
  );
}
