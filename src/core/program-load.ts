// How many calls each local program has now, counted from what runs here (O14). Pure.
import type { ActiveRun } from './model/journal.ts';

/** By the program's name; one that is not there has none. */
export function loadByProgram(active: readonly Pick<ActiveRun, 'program'>[]): ReadonlyMap<string, number> {
  const load = new Map<string, number>();
  for (const { program } of active) if (program !== undefined) load.set(program, (load.get(program) ?? 0) + 1);
  return load;
}
