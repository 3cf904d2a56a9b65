// The orders of the archive (D11), as the last sync left it in the fleet folder. It asks nobody and takes no lock.
import { join } from 'node:path';
import { sameValue } from '../../core/base/same-value.ts';
import type { Json } from '../../core/model/ledger/intention.ts';
import type { StatusOrder } from '../../core/model/status/status.ts';
import { type ArchivedOrder, archivePartOf, archivePath, parseArchive } from '../../documents/archive/archive.ts';
import { comparedParts } from '../../documents/history-part.ts';
import { WORK_FIELDS } from '../../documents/orders/order-fields.ts';
import { namesIn } from '../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { projectedBytes } from '../../system/fleet/projected-bytes.ts';

/** Of an entry; a step has its name besides. */
const ID_LENGTH_MAX = 64;

/** Oldest first. A part that cannot be read is passed over. */
export function archivedOrders(folder: FleetFolder): readonly ArchivedOrder[] {
  return pathsIn(folder).flatMap((path) => parseArchive(textOf(folder, path)));
}

const TIME = /^\d{4}-\d\d-\d\dT[0-9:.]{5,12}Z$/;

/**
 * With names that differ, also from those of the list: of several of one id the last has it alone, the others have beside it when they ended, or
 * which of them they are. No order is called so, so nobody takes one for another.
 */
export function archivedNames(
  archived: readonly ArchivedOrder[],
  listed: Iterable<string>,
): readonly (readonly [name: string, order: ArchivedOrder])[] {
  const newest = new Map(archived.map((order) => [order.id, order]));
  for (const id of listed) newest.delete(id);
  const counts = new Map<string, number>();
  const taken = new Set<string>();
  return archived.map((order) => {
    const { id, endedAt } = order;
    const count = (counts.get(id) ?? 0) + 1;
    counts.set(id, count);
    const timed = endedAt === null || !TIME.test(endedAt) ? null : `${id}@${endedAt}`;
    const name = newest.get(id) === order ? id : timed === null || taken.has(timed) ? `${id}@${count}` : timed;
    taken.add(name);
    return [name, order] as const;
  });
}

/** The one that was archived last under this id, or whose step it is, with where it stands; null = none was. */
export function archivedOrder(folder: FleetFolder, id: string): (ArchivedOrder & { readonly path: string }) | null {
  const isMeant = ({ id: its, entry }: ArchivedOrder) => its === id || (id.startsWith(`${its}.`) && hasSteps(entry));
  // Years of parts may lie there: only one that has the words is parsed.
  const chains = [...id.slice(0, ID_LENGTH_MAX + 1).matchAll(/\./g)].map(({ index }) => id.slice(0, index));
  const words = [id, ...chains].map((one) => JSON.stringify(one));
  for (const path of pathsIn(folder).reverse()) {
    const bytes = projectedBytes(folder, path);
    if (bytes === null || !words.some((word) => bytes.includes(word))) continue;
    const found = parseArchive(bytes.toString('utf8')).findLast(isMeant);
    if (found !== undefined) return { ...found, path };
  }
  return null;
}

/**
 * Ids of these entries that the archive has as they are, each with the generation after the last that was archived. Parts are read newest first, and
 * none where nothing is left to be looked for.
 */
export function archivedAsIs(folder: FleetFolder, entries: readonly { readonly id: string }[]): Map<string, number> {
  const asked = new Map(entries.map((entry) => [entry.id, entry]));
  const [found, last] = [new Set<string>(), new Map<string, number>()];
  for (const path of asked.size === 0 ? [] : pathsIn(folder).reverse()) {
    if (found.size === asked.size) break;
    // A new id is found nowhere: only a part that has the words is parsed.
    const bytes = projectedBytes(folder, path);
    if (bytes === null || ![...asked.keys()].some((id) => bytes.includes(JSON.stringify(id)))) continue;
    for (const { id, entry } of parseArchive(bytes.toString('utf8'))) {
      const wanted = asked.get(id);
      if (wanted === undefined) continue;
      last.set(id, Math.max(last.get(id) ?? 1, typeof entry.generation === 'number' ? entry.generation : 1));
      if (sameValue(wanted, entry)) found.add(id);
    }
  }
  return new Map([...found].map((id) => [id, (last.get(id) ?? 1) + 1]));
}

/** Of its own, or of a template, which it takes by name, or by its type where it says no work (O20). */
function hasSteps(entry: ArchivedOrder['entry']): boolean {
  const isOfType = typeof entry.type === 'string' && !WORK_FIELDS.some((field) => field in entry);
  return 'steps' in entry || 'use' in entry || isOfType;
}

function pathsIn(folder: FleetFolder): string[] {
  const parts = namesIn(join(folder.projection, 'archive')).flatMap((name) => archivePartOf(`archive/${name}`) ?? []);
  return parts.sort(comparedParts).map(archivePath);
}

function textOf(folder: FleetFolder, path: string): string {
  return projectedBytes(folder, path)?.toString('utf8') ?? '';
}

/** As the list shows an order. */
export function archivedStatus({ state, endedAt, machine, exitCode, reason, entry }: ArchivedOrder): StatusOrder {
  return {
    state,
    assign: assignWords(entry.assign),
    ...(typeof entry.title === 'string' ? { title: entry.title } : {}),
    ...(typeof entry.generation === 'number' ? { generation: entry.generation } : {}),
    ...(endedAt === null ? {} : { finishedAt: endedAt }),
    ...(machine === undefined ? {} : { machine }),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(reason === undefined ? {} : { reason }),
  };
}

function assignWords(assign: Json | undefined): string {
  if (assign === undefined) return 'any';
  return typeof assign === 'string' || typeof assign === 'number' ? String(assign) : JSON.stringify(assign);
}
