// Reports that the owner has saved instances.yaml or wished something of a service. A look every 15 s, and one for SIGHUP, finds what no
// event reports.
import { debounced } from '../../../system/files/debounce.ts';
import { type Listener, watchFolders, watchNames } from '../../../system/files/watch.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { instancesPath, wishesPath } from '../system/service-files.ts';

const LOOK_MS = 15_000;
/** What is saved twice at once may be heard once: it is read after that. */
const SAVED_MS = 100;
const SAVED_MS_MAX = 1_000;

/** `ticked`: called each time that a look was due. Resolves once it hears; returns how to end it. */
export async function hearChanges(
  folder: FleetFolder,
  { look, ticked, log }: { look(): void; ticked(): void; log(line: string): void },
): Promise<() => Promise<void>> {
  let isDeaf = false;
  const soon = debounced(look, { quietMs: SAVED_MS, longestMs: SAVED_MS_MAX });
  const listener: Listener = {
    changed: () => soon.call(),
    deaf(why) {
      if (!isDeaf) log(`a change of instances.yaml is taken within ${LOOK_MS / 1000} s, and not at once: ${why}`);
      isDeaf = true;
    },
  };
  // Other files there, which each sync writes, do not matter here.
  const watches = [
    watchNames(folder.state, (path) => path === instancesPath(folder), listener),
    await watchFolders([wishesPath(folder)], () => true, listener),
  ];
  process.on('SIGHUP', look);
  const ticking = setInterval(() => {
    look();
    ticked();
  }, LOOK_MS);
  return async () => {
    clearInterval(ticking);
    soon.cancel();
    process.off('SIGHUP', look);
    for (const watch of watches) await watch.close();
  };
}
