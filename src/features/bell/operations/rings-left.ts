// Rings that another process of this machine leaves for the daemon, which is connected already: a file each, taken once.
import { randomUUID } from 'node:crypto';
import { rmSync, watch } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../../../system/files/durable-file.ts';
import { jsonIn, namesIn } from '../../../system/files/read-if-there.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { parseRing, type Ring } from '../rules/ring.ts';
import { bellPaths, makeBellFolder } from '../system/bell-folder.ts';

export function leaveRing(folder: FleetFolder, ring: Ring): void {
  makeBellFolder(folder);
  writeWhole(join(bellPaths(folder).rings, `${randomUUID()}.json`), JSON.stringify(ring));
}

/** What lies there now; it lies there no more. */
export function takeRings(folder: FleetFolder): readonly Ring[] {
  const { rings } = bellPaths(folder);
  return namesIn(rings)
    .filter((name) => /^[0-9a-f-]+\.json$/.test(name))
    .flatMap((name) => {
      const ring = parseRing(jsonIn(join(rings, name)));
      rmSync(join(rings, name), { force: true });
      return ring === null ? [] : [ring];
    });
}

/** Calls when there may be some. Returns what ends that. */
export function hearRings(folder: FleetFolder, call: () => void): () => void {
  makeBellFolder(folder);
  try {
    const watcher = watch(bellPaths(folder).rings, { persistent: false }, (_event, name) => {
      if (name?.startsWith('.') !== true) call();
    });
    watcher.on('error', () => watcher.close());
    return () => watcher.close();
  } catch {
    // No more watches: what is left there is taken with the next sync.
    return () => {};
  }
}
