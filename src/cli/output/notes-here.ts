// What stands in the way on this computer and the view alone does not tell: a daemon that was killed, or that is missed, and what the
// features say.
import { shownLines } from '../../features/shown.ts';
import { lostDaemon, saysItLives } from '../../operations/daemon/daemon-record.ts';
import { unsentSentence, type View } from '../../operations/sync/view.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';

/** `view`: null = none yet. */
export function notesHere(folder: FleetFolder, view: View | null, nowMs: number): readonly string[] {
  const lost = lostDaemon(folder);
  const held = view?.sync.heldUntil ?? null;
  const unsent = held === null ? null : unsentSentence(held, nowMs, saysItLives(folder));
  return [...(lost === null ? [] : [`${lost.found}: ${lost.fix}`]), ...(unsent === null ? [] : [unsent]), ...shownLines(folder)];
}
