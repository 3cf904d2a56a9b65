// D5.15: an editor may have held a text from before orders were archived (D11). As it saves they would all come back; they stay in the archive.
import type { OrderEdit } from '../../core/model/ledger/intention.ts';
import { namesByEntry } from '../../documents/orders/unread-names.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { archivedAsIs } from '../orders/archived-orders.ts';

/**
 * Ids that these edits add again as the archive has them, each with the generation that would run again. Not those that another entry of the saved text
 * needs there: it names them, and does not stay in the archive itself.
 */
export function stayArchived(folder: FleetFolder, edits: readonly OrderEdit[], text: string): ReadonlyMap<string, number> {
  const stay = archivedAsIs(
    folder,
    edits.flatMap((edit) => (edit.kind === 'add' ? [edit.order] : [])),
  );
  if (stay.size === 0) return stay;
  const entries = namesByEntry(text);
  const namesOf = new Map(entries.map(({ id, names }) => [id, names]));
  const asked = entries.filter(({ id }) => id === null || !stay.has(id)).flatMap(({ names }) => names);
  for (let name = asked.pop(); name !== undefined; name = asked.pop())
    for (const id of entryIdsIn(name)) if (stay.delete(id)) asked.push(...(namesOf.get(id) ?? []));
  return stay;
}

/** `build.test` may be an order, or a step of `build`. */
function entryIdsIn(name: string): readonly string[] {
  return [name, ...[...name.matchAll(/\./g)].map(({ index }) => name.slice(0, index))];
}
