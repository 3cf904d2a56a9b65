// Starts `coord __tell` as a process of its own: whoever starts it neither waits for it nor fails with it. What is owed stands on disk,
// so the next sync tries again.

import type { FleetFolder } from '../fleet/fleet-folder.ts';
import { startDetached } from './detached.ts';

export function startTeller(mainPath: string, folder: FleetFolder, env: NodeJS.ProcessEnv): void {
  startDetached([mainPath, '--dir', folder.root, '__tell'], env, null).leave();
}
