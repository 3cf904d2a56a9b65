// Sleeps until one of some runs has ended, or the time is over, and says which. Never settles anything.
import { existsSync, type FSWatcher, watch } from 'node:fs';
import { isWatched } from './owner.ts';
import type { RunPaths } from './run-folder.ts';

/** A watched folder tells at once; this is for what it cannot tell: a dead watchdog, a folder that could not be watched. */
const POLL_MS = 2_000;

export async function waitForEnd(runs: readonly RunPaths[], timeoutMs: number, giveUp?: AbortSignal): Promise<boolean> {
  const isOver = () => runs.some((paths) => existsSync(paths.exit) || !isWatched(paths));
  const watchers: FSWatcher[] = [];
  const timers: NodeJS.Timeout[] = [];
  try {
    return await new Promise<boolean>((resolve) => {
      giveUp?.addEventListener('abort', () => resolve(false), { once: true });
      for (const paths of runs) {
        const watcher = watchFolder(paths, () => {
          if (existsSync(paths.exit)) resolve(true);
        });
        if (watcher !== null) watchers.push(watcher);
      }
      // Only now, when the watchers are on: an end before this line is seen here, one after it by them.
      if (isOver()) return resolve(true);
      if (giveUp?.aborted) return resolve(false);
      timers.push(setTimeout(() => resolve(false), timeoutMs));
      timers.push(
        setInterval(() => {
          try {
            if (isOver()) resolve(true);
          } catch {
            // What cannot be read now is seen by the look, which says why.
          }
        }, POLL_MS),
      );
    });
  } finally {
    for (const watcher of watchers) watcher.close();
    for (const timer of timers) clearInterval(timer);
  }
}

function watchFolder(paths: RunPaths, onChange: () => void): FSWatcher | null {
  try {
    const watcher = watch(paths.folder, { persistent: true }, onChange);
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return null;
  }
}
