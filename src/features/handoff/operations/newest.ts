// Reads the hand-offs that the last sync left in the projection. It reads local files alone, because a hook at the start of an agent's
// session asks and must not wait.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { HandOff } from '../../../core/model/messages/hand-off.ts';
import { DOCUMENT_LIMITS } from '../../../documents/text/limits.ts';
import type { SearchEntry } from '../../../operations/search/search-entry.ts';
import { doubtOf, viewIn, viewText } from '../../../operations/sync/view.ts';
import { namesIn, readText } from '../../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { handOffsOf, parseHandOffs } from '../documents/hand-offs.ts';
import { allHandOffs, type PlacedHandOff, projectName } from '../rules/hand-offs.ts';
import { projectOfFolder } from '../system/project-of-folder.ts';

/** The newest of the project that somebody works on in `workFolder`; null = nobody handed one off. Never throws. */
export function newestHandOff(folder: FleetFolder, workFolder: string): PlacedHandOff | null {
  const project = projectName(projectOfFolder(workFolder));
  return readHandOffs(folder, project).find((it) => it.project === project) ?? null;
}

/** Of all machines, newest first; what cannot be read is left out, and is a fault of the board. */
export function listHandOffs(folder: HandOffFolder): readonly PlacedHandOff[] {
  return readHandOffs(folder, '');
}

/** As entries of a search. */
export function searchableHandOffs(folder: HandOffFolder): readonly SearchEntry[] {
  return listHandOffs(folder).map(({ machine, at, project, order, ...said }) => ({
    kind: 'hand-off',
    id: order ?? project,
    machine,
    at,
    title: project,
    text: [said.done, said.open, said.where, said.next].filter((it) => it !== null).join('\n'),
  }));
}

type HandOffFolder = Pick<FleetFolder, 'projection' | 'view'>;

/** `word`: a document without it is not parsed. What machines handed off that are not believed here is left out (T5.2). */
function readHandOffs(folder: HandOffFolder, word: string): readonly PlacedHandOff[] {
  const { projection } = folder;
  const found = new Map<number, readonly HandOff[]>();
  for (const name of namesIn(join(projection, 'handoffs'))) {
    const machine = handOffsOf(`handoffs/${name}`);
    const text = machine === null ? null : textAt(join(projection, 'handoffs', name));
    const handOffs = text === null || !text.includes(word) ? null : parseHandOffs(text, `handoffs/${name}`).value;
    if (machine !== null && handOffs !== null) found.set(machine, handOffs);
  }
  const view = found.size === 0 ? null : viewIn(viewText(folder));
  return allHandOffs(new Map([...found].filter(([machine]) => doubtOf(view, machine) === null)));
}

/** By its name, or by the last part of it, whatever the case. */
export function isProject(project: string, wanted: string): boolean {
  const [name, word] = [project.toLowerCase(), wanted.trim().toLowerCase()];
  return name === word || name.endsWith(`/${word}`);
}

function textAt(path: string): string | null {
  try {
    const seen = statSync(path);
    return seen.isFile() && seen.size <= DOCUMENT_LIMITS.sizeBytesMax ? readText(path) : null;
  } catch {
    return null;
  }
}
