// Reports a new message in a box: by the events of the system, and by a look now and then where there are none (a network disk, no more
// watches).
import { watch } from 'node:fs';
import { join } from 'node:path';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { openBox } from './boxes.ts';

const LOOK_MS = 2_000;

/** Also calls for nothing. Returns what ends it. */
export function onNews(folder: FleetFolder, program: string, call: () => void): () => void {
  const timer = setInterval(call, LOOK_MS);
  const end = listen(join(openBox(folder, program).folder, 'waiting'), call);
  return () => {
    clearInterval(timer);
    end();
  };
}

function listen(path: string, call: () => void): () => void {
  try {
    const watcher = watch(path, { persistent: false }, (_event, name) => {
      // A writer's half of a message, before it is one.
      if (name?.startsWith('.') !== true) call();
    });
    watcher.on('error', () => watcher.close());
    return () => watcher.close();
  } catch {
    return () => {};
  }
}
