// Starts `coord __tell` as a process of its own, in a session of its own: whoever starts it neither waits for it nor fails with it.
import { spawn } from 'node:child_process';
import type { FleetFolder } from './fleet-folder.ts';

export function startTeller(mainPath: string, folder: FleetFolder, env: NodeJS.ProcessEnv): void {
  const teller = spawn(process.execPath, [mainPath, '--dir', folder.root, '__tell'], {
    cwd: '/',
    detached: true,
    env,
    stdio: 'ignore',
  });
  // What is owed stands on disk: the next sync tries again.
  teller.on('error', () => {});
  teller.unref();
}
