// A temporary folder for one piece of work, removed when the work has ended in any way.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `parent`: there already, for what must not stay where this process is killed. */
export async function inScratch<T>(use: (folder: string) => Promise<T>, parent: string = tmpdir()): Promise<T> {
  const folder = await mkdtemp(join(parent, 'coord-probe-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** In the state of the machine, for whoever has its lock: what a process that was killed left there, a login perhaps, goes with the next one. */
export async function inHistoryScratch<T>(stateDir: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = join(stateDir, 'history-scratch');
  const clear = () => rm(folder, { recursive: true, force: true });
  await clear();
  await mkdir(folder, { mode: 0o700 });
  try {
    return await use(folder);
  } finally {
    await clear();
  }
}
