// Starts `coord __tell` as a process of its own: whoever starts it neither waits for it nor fails with it. What is owed stands on disk,
// so the next sync tries again.
import { startDetached } from './detached.ts';
import type { FleetFolder } from './fleet-folder.ts';

export function startTeller(mainPath: string, folder: FleetFolder, env: NodeJS.ProcessEnv): void {
  startDetached([mainPath, '--dir', folder.root, '__tell'], env, null).leave();
}
