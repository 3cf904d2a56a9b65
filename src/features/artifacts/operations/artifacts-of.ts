// Which files runs of an order left, and where they are (A3): from the results as the last sync left them in the fleet folder, and from the store here.
// Asks nobody, and takes no lock.
import { join } from 'node:path';
import { isoTime, parseTime } from '../../../core/base/time.ts';
import { DEFAULT_FLEET } from '../../../core/model/ledger/fleet.ts';
import type { Artifact } from '../../../core/model/orders/artifact.ts';
import type { RunWithFiles, ShownArtifact, Whereabouts } from '../../../core/model/orders/left-files.ts';
import type { OlderRun } from '../../../core/model/orders/run.ts';
import { isHigher } from '../../../core/runs/journal-retention.ts';
import { listedId } from '../../../core/runs/occurrence-name.ts';
import { parseResults } from '../../../documents/machine/results.ts';
import { parseResultsPage } from '../../../documents/machine/results-pages.ts';
import { parseRunHistory } from '../../../documents/machine/run-history.ts';
import { resultsOf, runHistoryOf } from '../../../documents/paths.ts';
import { fleetHere } from '../../../operations/sync/fleet-here.ts';
import { doubtOf, viewIn, viewText } from '../../../operations/sync/view.ts';
import { linkAbove } from '../../../system/files/link-above.ts';
import { namesIn, textIn } from '../../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../../system/fleet/identity-file.ts';
import { filesHere, storePaths } from '../system/artifact-store.ts';

/** Of each machine that is believed here (T5.6) the newest run of the order that left files; of a schedule or a trigger, of its occurrences. */
export function artifactsOf(folder: FleetFolder, id: string, nowMs = Date.now()): readonly RunWithFiles[] {
  const { machine: me } = readIdentity(folder);
  const keepMs = fleetHere(folder)?.keepArtifactsMs ?? DEFAULT_FLEET.keepArtifactsMs;
  const newest = new Map<number, OlderRun>();
  const view = viewIn(viewText(folder));
  for (const { machine, run } of runsIn(folder, id)) {
    if (doubtOf(view, machine) !== null) continue;
    const best = newest.get(machine);
    if (best === undefined || isLater(run, best)) newest.set(machine, run);
  }
  return [...newest]
    .sort(([one], [other]) => one - other)
    .map(([machine, { order, generation, attempt, state, finishedAt, artifacts = [] }]) => {
      const here = machine === me ? filesHere(storePaths(folder), new Set(artifacts.map(({ sha256 }) => sha256))) : new Map();
      const untilMs = parseTime(finishedAt) + keepMs;
      const whereIs = (file: Artifact) => (nowMs < untilMs ? whereabouts(file, here) : leftOf(file, here));
      const files = artifacts.map((file): ShownArtifact => ({ ...file, where: whereIs(file) }));
      const until = isoTime(untilMs);
      return { machine, order, generation, attempt, state, finishedAt, until, files };
    });
}

function whereabouts({ sha256, id }: Artifact, here: ReadonlyMap<string, string>): Whereabouts {
  if (here.has(sha256)) return 'here';
  return id === undefined ? 'elsewhere' : 'repo';
}

/** A2.5: once the time is over. What an owner's command has put somewhere, coord does not remove. */
function leftOf({ sha256, at }: Artifact, here: ReadonlyMap<string, string>): Whereabouts {
  if (here.has(sha256)) return 'here';
  return at === undefined ? 'expired' : 'elsewhere';
}

/** Occurrences have generations of their own order, so the time comes first between two of them. */
function isLater(run: OlderRun, than: OlderRun): boolean {
  return run.order === than.order ? isHigher(run, than) : run.finishedAt > than.finishedAt;
}

function* runsIn(folder: FleetFolder, id: string): Iterable<{ readonly machine: number; readonly run: OlderRun }> {
  const isOf = ({ order, artifacts }: OlderRun) =>
    artifacts !== undefined && artifacts.length > 0 && (order === id || listedId(order) === id);
  for (const name of namesIn(join(folder.projection, 'results'))) {
    const path = `results/${name}`;
    const machine = resultsOf(path)?.machine;
    const text = machine === undefined ? null : documentAt(folder, path);
    if (machine === undefined || text === null) continue;
    const isFirst = resultsOf(path)?.page === null;
    const head = isFirst ? parseResults(text, path).value : null;
    const older = head?.older ?? parseResultsPage(text, path).value?.older ?? [];
    for (const run of [...older, ...(head?.ended ?? [])]) if (isOf(run)) yield { machine, run };
  }
  for (const name of namesIn(join(folder.projection, 'history'))) {
    const machine = Number(name);
    for (const part of namesIn(join(folder.projection, 'history', name))) {
      const path = `history/${name}/${part}`;
      const text = runHistoryOf(path, machine) === null ? null : documentAt(folder, path);
      // Of a megabyte only the lines that may be meant are parsed.
      const lines = text?.split('\n').filter((line) => line.includes('"artifacts":') && line.includes(`"order":"${id}`)) ?? [];
      for (const run of parseRunHistory(lines.join('\n')).runs) if (isOf(run)) yield { machine, run };
    }
  }
}

function documentAt({ projection }: FleetFolder, path: string): string | null {
  return linkAbove(projection, path) === null ? textIn(join(projection, path)) : null;
}
