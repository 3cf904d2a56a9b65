// Lists what lies in the home folder beside the folder that a run works in.
import { homedir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { namesIn } from './read-if-there.ts';
import { isInside, realFolder } from './real-folder.ts';

export interface Beside {
  readonly home: string;
  /** Whole paths: of home, and of each folder between it and the one folder, what does not lead there. None where that holds home. */
  readonly paths: readonly string[];
}

/** `folder`: real. What comes later is not among them. */
export function besideFolder(folder: string): Beside {
  const home = realFolder(homedir()) ?? homedir();
  if (isInside(home, folder)) return { home, paths: [] };
  const steps = isInside(folder, home) ? relative(home, folder).split(sep) : [''];
  const paths = steps.flatMap((step, index) => {
    const at = join(home, ...steps.slice(0, index));
    return namesIn(at)
      .filter((name) => name !== step)
      .map((name) => join(at, name));
  });
  return { home, paths };
}
