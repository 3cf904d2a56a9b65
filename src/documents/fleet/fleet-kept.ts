// Reads what fleet.yaml says of how long things stay: orders on the list (D11), the archive and the history of runs and messages (D12), files of runs
// (A3), and the history of the repo (R3b).
import { DEFAULT_FLEET, type FleetSettings } from '../../core/model/ledger/fleet.ts';
import { parseDuration } from '../text/duration.ts';
import type { FlatFields } from '../yaml/flat-fields.ts';
import { untilOf } from './fleet-pause.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

type Kept = 'keepMs' | 'keepArchiveMs' | 'keepArtifactsMs' | 'keepHistoryMs' | 'compactAt';

export function keptFor(fields: FlatFields): Pick<FleetSettings, Kept> {
  const { keepMs, keepArtifactsMs } = DEFAULT_FLEET;
  return {
    keepMs: fields.optional('keep', 'a length from 1d to 3650d', lengthOf(DAY_MS, 3650 * DAY_MS), keepMs),
    keepArchiveMs: fields.optional('keep_archive', 'a length from 90d to 10000d', lengthOf(90 * DAY_MS, 10_000 * DAY_MS), null),
    keepArtifactsMs: fields.optional(
      'keep_artifacts',
      'a length from 1h to 365d',
      lengthOf(HOUR_MS, 365 * DAY_MS),
      keepArtifactsMs,
    ),
    keepHistoryMs: fields.optional('keep_history', 'a length from 1d to 10000d', lengthOf(DAY_MS, 10_000 * DAY_MS), null),
    compactAt: fields.optional<string | null>('compact_at', 'a time in UTC such as 2026-11-20 22:00', untilOf, null),
  };
}

export function lengthOf(minMs: number, maxMs: number): (value: unknown) => number | null {
  return (value) => {
    const ms = typeof value === 'string' || typeof value === 'number' ? parseDuration(value) : null;
    return ms !== null && ms >= minMs && ms <= maxMs ? ms : null;
  };
}
