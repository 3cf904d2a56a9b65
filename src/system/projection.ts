// `coordination/` in the fleet folder (C6): plain files for people and agents to read, each written by temp + rename. A file that
// somebody edited here since the last time, and that people own, is never overwritten: the edit is reported instead.
// It is no work tree: no index, no HEAD, nothing to wedge.
import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Content } from '../core/model/push.ts';
import { ownerOf } from '../documents/paths.ts';
import { writeDurably } from './durable-file.ts';
import type { FleetFolder } from './fleet-folder.ts';

export interface ProjectionSource {
  idOf(text: string): string;
  textOf(id: string): Promise<string | null>;
}

/** Returns the paths below `coordination/` that were edited here and therefore left alone. Writes nothing when nothing changed (C3). */
export async function project(
  folder: FleetFolder,
  files: ReadonlyMap<string, Content>,
  source: ProjectionSource,
): Promise<readonly string[]> {
  const before = readProjected(folder);
  const after: Record<string, string> = {};
  const edited: string[] = [];
  for (const [path, content] of files) {
    const owner = ownerOf(path);
    if (owner === null) continue;
    const id = 'id' in content ? content.id : source.idOf(content.text);
    const there = readIfThere(join(folder.projection, path));
    const known = before[path];
    const isEdited = there !== null && known !== undefined && source.idOf(there) !== known && source.idOf(there) !== id;
    if (isEdited && owner.kind === 'people') {
      edited.push(path);
      after[path] = known;
      continue;
    }
    after[path] = id;
    if (there !== null && known === id && !isEdited) continue;
    const text = 'text' in content ? content.text : await source.textOf(id);
    if (text !== null && text !== there) writeFile(join(folder.projection, path), text);
  }
  for (const path of Object.keys(before)) {
    if (path in after || ownerOf(path) === null) continue;
    rmSync(join(folder.projection, path), { force: true });
  }
  if (JSON.stringify(sorted(before)) !== JSON.stringify(sorted(after)))
    writeDurably(folder.projected, `${JSON.stringify(sorted(after), null, 1)}\n`);
  return edited;
}

function readProjected(folder: FleetFolder): Record<string, string> {
  try {
    return JSON.parse(readFileSync(folder.projected, 'utf8')) as Record<string, string>;
  } catch {
    // Missing or damaged: everything is written anew, and nothing counts as edited.
    return {};
  }
}

function sorted(record: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function readIfThere(path: string): string | null {
  try {
    return lstatSync(path).isFile() ? readFileSync(path, 'utf8') : null;
  } catch {
    return null;
  }
}

function writeFile(path: string, text: string): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  const temporary = join(folder, `.coord-${process.pid}.tmp`);
  writeFileSync(temporary, text);
  try {
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
