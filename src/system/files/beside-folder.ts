// Lists what lies in the home folder beside the folder that a run works in and another one that is kept.
import { join, resolve } from 'node:path';
import { namesIn } from './read-if-there.ts';
import { isInside, realFolder, realHome } from './real-folder.ts';

export interface Beside {
  /** Where the folder lies that is kept: as it is written, and where that really is. */
  readonly kept: readonly string[];
  /** Whole paths: of home, and of each folder between it and one of the two, what does not lead there. None where the folder holds home. */
  readonly paths: readonly string[];
}

/** `folder`: real; `kept`: a path from home, or a whole one. What comes later is not among them. */
export function besideFolder(folder: string, kept: string): Beside {
  const home = realHome();
  const written = resolve(home, kept);
  const own = [...new Set([written, realFolder(written) ?? written])];
  const leads = [folder, ...own];
  const beside = (at: string): readonly string[] =>
    namesIn(at)
      .map((name) => join(at, name))
      .filter((path) => !leads.includes(path))
      .flatMap((path) => (leads.some((it) => isInside(it, path)) ? beside(path) : [path]));
  return { kept: own, paths: isInside(home, folder) ? [] : beside(home) };
}
