// Lists specs that somebody saved in this machine's projection (C6), in any folder below specs/.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isSpec } from '../../../documents/documents.ts';
import { linkAbove } from '../../../system/files/link-above.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { knownName } from '../../../system/fleet/one-file.ts';
import { readProjected } from '../../../system/fleet/projected.ts';
import { type ProjectionSource, savedText } from '../../../system/fleet/projection.ts';

export interface SavedSpec {
  readonly path: string;
  readonly text: string;
  /** The id of the text that it was edited from; null = coord never wrote it. */
  readonly from: string | null;
}

/** Markdown there that can be no spec, because of its name (D8). */
export function misnamedSpecs(folder: FleetFolder): readonly string[] {
  return markdownFiles(folder, 'specs').filter((path) => !isSpec(path));
}

/** Those that are not what coord wrote there. */
export function savedSpecs(folder: FleetFolder, source: Pick<ProjectionSource, 'idOf'>): readonly SavedSpec[] {
  const projected = readProjected(folder);
  return markdownFiles(folder, 'specs').flatMap((listed): SavedSpec[] => {
    if (!isSpec(listed)) return [];
    const path = knownName(folder.projection, listed, projected);
    const saved = savedText(folder, path, source, projected);
    return saved === null ? [] : [{ path, ...saved }];
  });
}

function markdownFiles({ projection }: Pick<FleetFolder, 'projection'>, at: string): string[] {
  if (linkAbove(projection, `${at}/`) !== null) return [];
  try {
    const entries = readdirSync(join(projection, at), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
    return entries.flatMap((entry): string[] => {
      const path = `${at}/${entry.name}`;
      if (entry.isDirectory()) return markdownFiles({ projection }, path);
      return entry.isFile() && /^[^.].*\.md$/i.test(entry.name) ? [path] : [];
    });
  } catch {
    return [];
  }
}
