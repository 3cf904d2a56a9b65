// What stands in the way on this computer and no view knows: a daemon that was killed, and what the features say.
import { shownLines } from '../../features/shown.ts';
import { lostDaemon } from '../../operations/daemon/daemon-record.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';

export function notesHere(folder: FleetFolder): readonly string[] {
  const lost = lostDaemon(folder);
  return [...(lost === null ? [] : [`${lost.found}: ${lost.fix}`]), ...shownLines(folder)];
}
