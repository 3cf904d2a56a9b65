// Starts `coord __detect` as a process of its own: asking agents for their version takes seconds, and no cycle waits for that.

import type { FleetFolder } from '../fleet/fleet-folder.ts';
import { startDetached } from './detached.ts';

export function startDetector(mainPath: string, folder: FleetFolder, env: NodeJS.ProcessEnv): void {
  startDetached([mainPath, '--dir', folder.root, '__detect'], env, null).leave();
}
