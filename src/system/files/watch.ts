// Reports changes in folders as soon as the system tells of them. Callers also look by themselves now and then, because events may be lost
// or unavailable (a network disk, no more watches). A folder that is missing at the start is never watched.
import { watch as watchNamesIn } from 'node:fs';
import { join } from 'node:path';
import { watch } from 'chokidar';
import { errorMessage } from '../../errors.ts';

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
      listener.deaf(errorMessage(error));
      resolve();
    });
  });
  await ready;
  return { close: () => watcher.close() };
}

/**
 * The same for the files of one folder that is written to all the time: each change is told by its name, and what nobody hears costs no
 * look at anything else in it. (`watchFolders` looks at every file of a folder whenever one of them changes.) Folders in it are not heard.
 */
export function watchNames(folder: string, isHeard: (path: string) => boolean, listener: Listener): Watch {
  const deaf = (error: Error) => listener.deaf(error.message);
  try {
    const watcher = watchNamesIn(folder, (_event, name) => {
      // Without a name it may have been any.
      const path = name === null ? folder : join(folder, name);
      if (isHeard(path)) listener.changed(path);
    });
    watcher.on('error', deaf);
    return { close: async () => watcher.close() };
  } catch (error) {
    deaf(error as Error);
    return { close: async () => {} };
  }
}
