// Says which node coord starts, and names in files that others start it by. The file that runs this goes with an upgrade (Homebrew removes the old
// version at once), while the name in the PATH that leads to it stays and leads to the next.
import { existsSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { realPath } from '../files/real-folder.ts';

/** A folder in the PATH that is one shell's own, and goes with it. */
const PASSING = /\/fnm_multishells\//;

/** Decided as this process starts: later, nobody could say any more to which name that file belonged. */
const NAMED = nodeToStart(process.execPath, process.env.PATH ?? '', process.argv0);

export function ownNode(): string {
  return existsSync(NAMED) ? NAMED : process.execPath;
}

/** Where npm puts programs that are installed for this node. */
export const npmFolder = (): string => dirname(process.execPath);

/** The node at `execPath`, by the first name in this PATH that leads to it, or the one that it was started by; else that file itself. */
export function nodeToStart(execPath: string, path: string, argv0 = ''): string {
  const real = realPath(execPath);
  const names = [...path.split(delimiter).map((folder) => join(folder, 'node')), argv0];
  const leads = (name: string) => isAbsolute(name) && !PASSING.test(name) && realPath(name) === real;
  return (real === null ? undefined : names.find(leads)) ?? execPath;
}
