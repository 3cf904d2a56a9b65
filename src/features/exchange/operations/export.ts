// What `coord export` writes: as of the last sync; it asks nobody.

import { isoTime } from '../../../core/base/time.ts';
import { visibleJson } from '../../../documents/text/escape-text.ts';
import { CoordError } from '../../../errors.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { syncedView } from '../../../operations/sync/view.ts';
import { readTimeline } from '../../../operations/timeline/timeline.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { calendarOf } from '../documents/calendar.ts';
import { csvOf } from '../documents/csv.ts';
import { COLUMNS, jsonLines, KINDS, type Kind, rowsOf } from '../documents/records.ts';

const FORMATS = ['jsonl', 'csv', 'ics'] as const;
export type Format = (typeof FORMATS)[number];

export interface ExportRequest {
  readonly format: Format;
  /** Empty = all that the format can hold. */
  readonly kinds: readonly Kind[];
  /** ISO 8601 UTC: of runs and messages. */
  readonly since: string | null;
}

export interface Exported {
  readonly text: string;
  /** There are older runs or messages than were looked at. */
  readonly isCut: boolean;
}

/** Runs, messages and edits that are looked at, the newest ones. */
const EVENTS_MAX = 50_000;

export async function exportFleet(world: World, folder: FleetFolder, { format, kinds, since }: ExportRequest): Promise<Exported> {
  const [only, ...others] = kinds;
  if (format === 'csv' && (only === undefined || others.length > 0))
    throw new CoordError('USAGE', 'a CSV is one table: expected one of orders, runs, messages', 'coord export runs --format csv');
  if (format === 'ics' && only !== undefined)
    throw new CoordError(
      'USAGE',
      `a calendar has runs and schedules: expected none of ${KINDS.join(', ')}`,
      'coord export --format ics',
    );
  const status = syncedView(folder);
  const { events, more, isCut } = await readTimeline(world, folder, { order: null, machine: null, since, limit: EVENTS_MAX });
  const told = { status, events };
  const now = isoTime(world.clock.now().wallMs);
  const text =
    format === 'csv'
      ? csvOf(COLUMNS[only ?? 'orders'], rowsOf(only ?? 'orders', told))
      : format === 'ics'
        ? calendarOf(told, { now, fleet: status.self.remote })
        : jsonLines(only === undefined ? KINDS : kinds, told)
            .map((line) => `${visibleJson(line)}\n`)
            .join('');
  return { text, isCut: more || isCut };
}
