// Where an agent may never work (O15): it edits what lies below its folder without asking, so that folder must not hold what says what may
// run here, or what starts with this computer's user.
import { homedir } from 'node:os';
import { isInside, realFolder } from './real-folder.ts';

/** Null = it may work there. `folder`: real. `own`: coord's home, and the fleet's state. */
export function agentFolderProblem(folder: string, own: readonly string[]): string | null {
  const home = realFolder(homedir()) ?? homedir();
  if (isInside(home, folder))
    return 'the home folder is no place for an agent, which could edit all of it; give the order a "cwd" below it';
  const touched = own.map((it) => realFolder(it) ?? it).some((it) => isInside(folder, it) || isInside(it, folder));
  return touched ? 'coord keeps its own files there, which an agent could edit; give the order another "cwd"' : null;
}
