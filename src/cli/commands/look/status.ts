// coord status
import { visibleJson } from '../../../documents/text/escape-text.ts';
import { EXIT } from '../../../errors.ts';
import { shownValues } from '../../../features/shown.ts';
import { markTold } from '../../../operations/sync/edit-rejections.ts';
import { withProgressHere } from '../../../operations/sync/progress-here.ts';
import { markSavedTold, savedNotes } from '../../../operations/sync/saved-edits.ts';
import { readView, syncedView } from '../../../operations/sync/view.ts';
import { type FleetFolder, lastFetchMs } from '../../../system/fleet/fleet-folder.ts';
import type { Reading } from '../../context.ts';
import { notesHere } from '../../output/notes-here.ts';
import { savedLines } from '../../output/saved-words.ts';
import { statusLines } from '../../output/show-status.ts';

export interface Options {
  readonly json?: boolean;
}

export async function run(context: Reading, options: Options): Promise<number> {
  const folder = context.fleet();
  const saved = savedNotes(folder);
  context.out(statusText(context, folder, options.json === true, 2, saved));
  if (context.isTerminal && !options.json) {
    markTold(folder, readView(folder)?.sync.lostEdits ?? []);
    markSavedTold(folder, saved);
  }
  return EXIT.done;
}

export function statusText(
  context: Reading,
  folder: FleetFolder,
  asJson: boolean,
  indent: number,
  saved: ReturnType<typeof savedNotes> = savedNotes(folder),
): string {
  const view = withProgressHere(folder, syncedView(folder));
  if (asJson) return visibleJson(JSON.stringify({ ...view, ...shownValues(folder) }, null, indent));
  const notes = [...notesHere(folder, view, context.nowMs()), ...savedLines(saved, context.nowMs())];
  return statusLines(view, context, lastFetchMs(folder), notes).join('\n');
}
