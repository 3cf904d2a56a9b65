// The one list of what features show beside the view of the last sync. `coord status`, `coord top` and the local API read it.
import type { ShownPart } from '../operations/feature.ts';
import type { FleetFolder } from '../system/fleet/fleet-folder.ts';
import { alertsShown } from './alerts/operations/alert-files.ts';
import { bellShown } from './bell/operations/bell-shown.ts';

const PARTS: readonly ShownPart[] = [alertsShown, bellShown];

/** By the name of each part: as JSON. Local files alone. */
export function shownValues(folder: FleetFolder): Readonly<Record<string, unknown>> {
  return Object.fromEntries(PARTS.map(({ name, read }) => [name, read(folder).value]));
}

/** What they are read from. */
export function shownFiles(folder: FleetFolder): readonly string[] {
  return PARTS.map(({ path }) => path(folder));
}

/** For people. */
export function shownLines(folder: FleetFolder): readonly string[] {
  return PARTS.flatMap(({ read }) => read(folder).lines);
}
