// D12: the months of the archive and of this machine's history that `keep_archive` of fleet.yaml lets go of. They leave with a push that is made anyway.
import { isoTime } from '../../../core/base/time.ts';
import type { JournalState } from '../../../core/model/ledger/journal.ts';
import type { Snapshot } from '../../../core/model/ledger/snapshot.ts';
import type { Instant } from '../../../core/model/machines/instant.ts';
import { knownTimeMs } from '../../../core/presence/known-time.ts';
import { archivePartOf } from '../../../documents/archive/archive.ts';
import { monthOf, wasOverBy } from '../../../documents/history-part.ts';
import { messageHistoryOf, runHistoryOf } from '../../../documents/paths.ts';

interface Seen {
  readonly snapshot: Snapshot;
  readonly state: JournalState;
  readonly now: Instant;
}

/** Of these paths, what is of the archive. */
export function oldArchives(paths: Iterable<string>, seen: Seen): readonly string[] {
  return over(paths, seen, archivePartOf);
}

/** Of these paths, what is of this machine's history; not what its journal waits to see there (O8a.2, M4.6). */
export function oldHistories(paths: Iterable<string>, seen: Seen): readonly string[] {
  const { machine, mail, movedRuns } = seen.state;
  const waitedFor = new Set([...mail.moved.map(({ at }) => at), ...movedRuns.map(({ finishedAt }) => finishedAt)].map(monthOf));
  return over(paths, seen, (path) => {
    const part = runHistoryOf(path, machine) ?? messageHistoryOf(path, machine);
    return part === null || waitedFor.has(monthOf(part)) ? null : part;
  });
}

function over(
  paths: Iterable<string>,
  { snapshot, state, now }: Seen,
  partOf: (path: string) => string | null,
): readonly string[] {
  const { keepArchiveMs } = snapshot.fleet;
  if (keepArchiveMs === null) return [];
  const time = isoTime(Math.max(0, knownTimeMs(snapshot, state, now) - keepArchiveMs));
  return [...paths].filter((path) => {
    const part = partOf(path);
    return part !== null && wasOverBy(part, time);
  });
}
