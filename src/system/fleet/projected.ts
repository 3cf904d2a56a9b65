// What coord noted of its own texts in `coordination/`: which it wrote to each path, and what ORDERS.json was edited from.
import { ORDERS_PATH } from '../../documents/paths.ts';
import { writeDurably } from '../files/durable-file.ts';
import { jsonIn } from '../files/read-if-there.ts';
import type { FleetFolder } from './fleet-folder.ts';

/** Ids of the texts that coord wrote to a path, or was about to write when it was stopped; the present one is last. */
export type Projected = Readonly<Record<string, readonly string[]>>;

export function readProjected(folder: FleetFolder): Projected {
  // Missing or damaged: everything is written anew, and nothing counts as edited.
  return Object(jsonIn(folder.projected)) as Projected;
}

export function writeProjected(folder: FleetFolder, before: Projected, after: Projected): void {
  const text = (projected: Projected) => `${JSON.stringify(sorted(projected), null, 1)}\n`;
  if (text(before) !== text(after)) writeDurably(folder.projected, text(after));
}

function sorted(record: Projected): Projected {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * What ORDERS.json was edited from, by its id; null = not known. It is kept beside the clone, because a text that was saved here, or
 * merged with what was, is nowhere else before its push has landed.
 */
export function baseText(folder: FleetFolder, id: string): string | null {
  return readBases(folder)[id] ?? null;
}

/** The text that an edit may already start from stays too: a crash can come before the record of what was written. */
export function keepBase(folder: FleetFolder, id: string, text: string): void {
  const before = readBases(folder);
  const known = readProjected(folder)[ORDERS_PATH] ?? [];
  const kept = Object.entries(before).filter(([base]) => known.includes(base));
  writeDurably(folder.bases, JSON.stringify({ ...Object.fromEntries(kept), [id]: text }));
}

function readBases(folder: FleetFolder): Readonly<Record<string, string>> {
  return Object(jsonIn(folder.bases)) as Record<string, string>;
}
