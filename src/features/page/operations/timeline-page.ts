// The timeline a page at a time, from the newest event back: a long history is never sent at once.
import { parseTime } from '../../../core/base/time.ts';
import type { TimelineEvent } from '../../../core/model/status/timeline.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { readTimeline, type Timeline } from '../../../operations/timeline/timeline.ts';
import { untoldWords } from '../../../operations/timeline/untold-words.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { isSpokenOf } from '../rules/timeline.ts';

const PAGE = 50;

export interface TimelineQuestion {
  /** A number or a name; null = any. */
  readonly machine: string | null;
  readonly words: string;
  /** ISO 8601 UTC: nothing newer. Null = from the newest. */
  readonly until: string | null;
  /** So many of the newest of those are known to whoever asks. */
  readonly skip: number;
}

export interface TimelinePage extends Pick<Timeline, 'events' | 'machines' | 'more'> {
  /** What it does not go back to, and what would. */
  readonly untold: readonly string[];
}

/** Oldest first, as the timeline is told everywhere. Throws what `readTimeline` throws. */
export async function timelinePage(
  world: World,
  folder: FleetFolder,
  { machine, words, until, skip }: TimelineQuestion,
): Promise<TimelinePage> {
  const untilMs = until === null ? Number.POSITIVE_INFINITY : parseTime(until) || 0;
  // A time that is none is the oldest of all, as where they are sorted.
  const isOld = ({ at }: TimelineEvent) => (parseTime(at) || 0) <= untilMs;
  const timeline = await readTimeline(world, folder, {
    ...{ order: null, machine, since: null, limit: PAGE + skip },
    isMeant: (event, names) => isOld(event) && isSpokenOf(event, words, names),
  });
  const { events, machines, more } = timeline;
  return {
    events: events.slice(0, Math.max(0, events.length - skip)),
    ...{ machines, more, untold: untoldWords(timeline, false) },
  };
}
