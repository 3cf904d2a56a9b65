// Lays what earlier orders put out beside a run (O7), for one that gathers it: `<order>/<machine>/<key>`, each value with a line end behind it. They are
// other machines' words: they name files of this folder, and nothing else.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HandedResult } from '../core/model/orders/run.ts';

/** A folder for each run, also for one that put out nothing. */
export function writeResults(folder: string, results: readonly HandedResult[]): void {
  for (const { of, machine, outputs } of results) {
    const place = join(folder, fileName(of), String(machine));
    mkdirSync(place, { recursive: true, mode: 0o700 });
    for (const [key, value] of Object.entries(outputs)) writeFileSync(join(place, fileName(key)), `${value}\n`, { mode: 0o600 });
  }
}

/** The documents let no other name through. */
function fileName(name: string): string {
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}$/.test(name)) throw new Error(`bug: ${JSON.stringify(name)} names no file`);
  return name;
}
