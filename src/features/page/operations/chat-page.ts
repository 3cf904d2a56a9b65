// The messages of a conversation a page at a time, from the newest back to the first: also those that have left the mailboxes (M4).
import { parseTime } from '../../../core/base/time.ts';
import type { TimelineEvent } from '../../../core/model/status/timeline.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { syncedView } from '../../../operations/sync/view.ts';
import { readTimeline } from '../../../operations/timeline/timeline.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { type ChatPage, isSaidWith, type Partner, type ToldMessage } from '../rules/earlier.ts';

const PAGE = 50;

export interface ChatQuestion {
  readonly partner: Partner;
  /** ISO 8601 UTC: nothing newer. */
  readonly until: string;
  /** So many of the newest of those are known to whoever asks. */
  readonly skip: number;
}

/** Throws what `readTimeline` throws. */
export async function chatPage(world: World, folder: FleetFolder, { partner, until, skip }: ChatQuestion): Promise<ChatPage> {
  const { machine } = syncedView(folder).self;
  const untilMs = parseTime(until) || 0;
  const { events, more, isCut } = await readTimeline(world, folder, {
    ...{ order: null, machine: null, since: null, limit: PAGE + skip },
    isMeant: (event) => event.kind === 'message' && (parseTime(event.at) || 0) <= untilMs && isSaidWith(partner, machine, event),
  });
  const meant = events.slice(0, Math.max(0, events.length - skip));
  return { messages: meant.flatMap(messageOf), more, isCut };
}

function messageOf(event: TimelineEvent): ToldMessage[] {
  return event.kind === 'message' ? [event] : [];
}
