// Makes intentions of specs that people saved in the projection (C6), each file whole, if it was edited from what main has (D5). Until main
// shows the file it is not marked as taken, so nothing overwrites it.
import type { SpecEdit } from '../../../core/model/ledger/intention.ts';
import { isTooLarge } from '../../../documents/text/limits.ts';
import { changedOnBothSides } from '../../../machine/steps/whole-edits.ts';
import type { SavedHere } from '../../../operations/feature.ts';
import { recordingTimes } from '../../../operations/messages/outbox-time.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { misnamedSpecs, savedSpecs } from '../system/saved-specs.ts';

const NAME = 'a spec has a name of A-Z a-z 0-9 . _ - that ends in .md';

/** Why a spec was not taken, by path. Call under the cycle's lock. */
export async function takeSavedSpecs(world: World, { folder, ledger, journal }: SavedHere): Promise<ReadonlyMap<string, string>> {
  const why = new Map(misnamedSpecs(folder).map((path) => [path, NAME]));
  const saved = savedSpecs(folder, ledger);
  const intentions = await journal.intentions();
  // What was moved away again, or put back as it was, is wanted no more.
  for (const { id, edit } of intentions)
    if (edit.kind === 'spec' && saved.every(({ path }) => path !== edit.id)) await journal.settle(id);
  if (saved.length === 0) return why;
  const main = (await ledger.lastSeen())?.main?.entries;
  const nextTime = recordingTimes(intentions, world.clock);
  for (const { path, text, from } of saved) {
    const there = main?.get(path)?.id ?? null;
    const pending = intentions.filter(({ edit }) => edit.kind === 'spec' && edit.id === path);
    if (there === ledger.idOf(text)) continue;
    if (isTooLarge(text)) why.set(path, 'it has more than 1 MiB');
    else if (text.includes('\u0000') || text.includes('\ufffd')) why.set(path, 'it is no text in UTF-8');
    else if (there !== from) why.set(path, changedOnBothSides(path));
    else {
      const edit: SpecEdit = { kind: 'spec', id: path, text, from };
      const id = ledger.idOf(`${path} ${from}\n${text}`);
      await journal.record({ id, recordedAt: nextTime(), edit });
      // Saved again before the earlier one has landed: only the newest counts.
      for (const older of pending) if (older.id !== id) await journal.settle(older.id);
    }
  }
  return why;
}
