// The board's documents as resources: what the last sync left in `coordination/`, and nothing beside it.
import { closeSync, lstatSync, readSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { ownerOf } from '../documents/documents.ts';
import { machineOf } from '../documents/paths.ts';
import { visibleJson, visibleText } from '../documents/text/escape-text.ts';
import { openToRead } from '../system/files/open-file.ts';
import type { FleetFolder } from '../system/fleet/fleet-folder.ts';
import { projectedPaths } from '../system/fleet/projection.ts';
import type { BoardFile, BoardText } from './tool-answers.ts';

/** What fits into an agent's context, with room to spare. */
export const BOARD_BYTES_MAX = 256 * 1024;
/** Listed; more can be read by name. */
const LISTED_MAX = 200;

const FIRST = ['README.md', 'ORDERS.json', 'STATUS.json'];

export function boardFiles(folder: FleetFolder): readonly BoardFile[] {
  const rank = (path: string) =>
    FIRST.includes(path) ? FIRST.indexOf(path) : machineOf(path) !== null ? 3 : path.includes('/') ? 5 : 4;
  return [...projectedPaths(folder)]
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .flatMap((path): BoardFile[] => {
      const file = fileAt(folder, path);
      return file === null ? [] : [{ path, bytes: file.bytes }];
    })
    .slice(0, LISTED_MAX);
}

export function boardText(folder: FleetFolder, path: string): BoardText | null {
  const file = fileAt(folder, path);
  if (file === null) return null;
  const buffer = Buffer.alloc(Math.min(file.bytes, BOARD_BYTES_MAX));
  const open = openToRead(file.at);
  try {
    const bytes = readSync(open, buffer, 0, buffer.length, 0);
    const text = buffer.subarray(0, bytes).toString('utf8');
    const isCut = file.bytes > bytes;
    return { text: path.endsWith('.json') && !isCut ? visibleJson(text) : visibleText(text), isCut };
  } finally {
    closeSync(open);
  }
}

/** Null = no document of the board, none that is there, or a way out of the folder. */
function fileAt(folder: FleetFolder, path: string): { readonly at: string; readonly bytes: number } | null {
  if (ownerOf(path) === null) return null;
  try {
    const at = join(folder.projection, path);
    const seen = lstatSync(at);
    if (!seen.isFile() || !realpathSync(at).startsWith(realpathSync(folder.projection) + sep)) return null;
    return { at, bytes: seen.size };
  } catch {
    return null;
  }
}
