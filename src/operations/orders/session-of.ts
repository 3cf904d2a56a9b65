// Whether an agent has a session of an order anywhere, as this machine's copies of the results tell (O17).
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { listedId } from '../../core/runs/occurrence-name.ts';
import { parseResults } from '../../documents/machine/results.ts';
import { parseResultsPage } from '../../documents/machine/results-pages.ts';
import { readText } from '../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';

export function hasSession({ projection }: FleetFolder, order: string, agent: string): boolean {
  const folder = join(projection, 'results');
  return namesIn(folder).some((name) => {
    const text = readText(join(folder, name));
    const { value } = parseResults(text, name);
    const runs = value === null ? (parseResultsPage(text, name).value?.older ?? []) : [...value.older, ...value.ended];
    return runs.some(
      ({ order: id, outputs }) => listedId(id) === order && outputs?.agent === agent && outputs.session !== undefined,
    );
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => /^[1-9][0-9]{0,3}(?:-[1-9][0-9]{0,2})?\.json$/.test(name));
  } catch {
    return [];
  }
}
