// Hears of changes in folders, as soon as the system tells. Nothing rests on it: where events are lost, or cannot be had (a network
// disk, no more watches), whoever asked looks by itself now and then. A folder that is missing when this begins is never heard of.
import { watch } from 'chokidar';

export interface Watch {
  close(): Promise<void>;
}

export interface Listener {
  /** Something at this path, absolute, was made, changed or removed. */
  changed(path: string): void;
  /** Some events will not come. */
  deaf(why: string): void;
}

/** `isHeard` is asked about every path in these folders, folders included; what it leaves out costs nothing. Resolves once it hears. */
export async function watchFolders(
  folders: readonly string[],
  isHeard: (path: string) => boolean,
  listener: Listener,
): Promise<Watch> {
  const watcher = watch([...folders], {
    ignored: (path) => !isHeard(path),
    ignoreInitial: true,
    ignorePermissionErrors: true,
    // A file that is replaced by rename has changed; it was not gone.
    atomic: true,
  });
  watcher.on('all', (_event, path) => listener.changed(path));
  const ready = new Promise<void>((resolve) => {
    watcher.once('ready', resolve);
    watcher.on('error', (error) => {
      listener.deaf(error instanceof Error ? error.message : String(error));
      resolve();
    });
  });
  await ready;
  return { close: () => watcher.close() };
}
