// Finds the files that patterns mean below a folder (A1). No link is followed, no folder is looked into in which nothing can match, and it ends at the
// bounds: a run can make a folder of any size. A name that cannot be told to others is left out, with the reason, and so is each place in which
// something may match and that is not looked into.
import { opendirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ARTIFACT_LIMITS, artifactNameProblem } from '../../../core/model/orders/artifact.ts';
import { visibleText } from '../../../documents/text/escape-text.ts';
import { errorCode } from '../../../errors.ts';
import { isNoFile } from '../../../system/files/open-file.ts';
import { begin, enter, type Progress } from '../rules/patterns.ts';

export interface FoundFiles {
  /** Below the folder, with `/`; sorted. */
  readonly names: readonly string[];
  /** What else is meant, or may hold what is, and is not among them: name and reason. */
  readonly leftOut: readonly string[];
  /** Why none counts; null = they do. */
  readonly problem: string | null;
}

const ENTRIES_MAX = 200_000;
const LEVELS_MAX = 40;
const LEFT_OUT_MAX = 20;

export function findFiles(root: string, patterns: readonly string[]): FoundFiles {
  const names: string[] = [];
  const leftOut: string[] = [];
  let looked = 0;
  const leave = (name: string, why: string) => {
    if (leftOut.length < LEFT_OUT_MAX) leftOut.push(`${visibleText(name.replaceAll(/\s/g, ' ')).slice(0, 200)}: ${why}`);
  };
  const isFull = () => looked > ENTRIES_MAX || names.length > ARTIFACT_LIMITS.filesMax;
  const look = (folder: string, progress: Progress, level: number): void => {
    for (const entry of entriesOf(join(root, folder), () => leave(folder === '' ? '.' : folder, 'it cannot be read'))) {
      looked += 1;
      if (isFull()) return;
      const step = enter(progress, entry.name);
      if (step === null) continue;
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      const problem = artifactNameProblem(name);
      if (entry.isDirectory()) {
        if (problem === null && level < LEVELS_MAX) look(name, step.below, level + 1);
        else leave(name, problem ?? 'it lies too deep');
      } else if (!step.isMeant) {
        if (entry.isSymbolicLink() && leadsToFolder(join(root, name))) leave(name, 'it is a link');
      } else if (problem !== null) leave(name, problem);
      else if (entry.isFile()) names.push(name);
      else leave(name, entry.isSymbolicLink() ? 'it is a link' : 'it is no file');
    }
  };
  look('', begin(patterns), 0);
  return { names: names.sort(), leftOut, problem: problemOf(looked, names.length) };
}

/** Nothing there is read. What cannot be told may be one. */
function leadsToFolder(link: string): boolean {
  try {
    return statSync(link, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return true;
  }
}

function problemOf(looked: number, count: number): string | null {
  const { filesMax } = ARTIFACT_LIMITS;
  if (count > filesMax) return `more than ${filesMax} files match; pack them into one`;
  return looked > ENTRIES_MAX ? `more than ${ENTRIES_MAX} entries to look through; name a smaller folder` : null;
}

/** One after the other: a folder of 100,000 is not read whole. One that is gone by now is empty, and so is one that is closed to this user. */
function* entriesOf(folder: string, onClosed: () => void) {
  try {
    const opened = opendirSync(folder);
    try {
      for (let entry = opened.readSync(); entry !== null; entry = opened.readSync()) yield entry;
    } finally {
      opened.closeSync();
    }
  } catch (error) {
    if (isNoFile(error)) return;
    if (errorCode(error) !== 'EACCES' && errorCode(error) !== 'EPERM') throw error;
    onClosed();
  }
}
