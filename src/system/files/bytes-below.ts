// What lies below a folder, and what it takes on the disk. A folder that cannot be read is taken as empty.
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Links count for themselves, and nothing behind them is looked at. */
export function bytesBelow(path: string): number {
  let bytes = 0;
  const folders = [path];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of entriesIn(folder)) {
      const at = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(at);
      const about = lstatSync(at, { throwIfNoEntry: false });
      bytes += about?.blocks === undefined ? (about?.size ?? 0) : about.blocks * 512;
    }
  }
  return bytes;
}

export function entriesIn(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
