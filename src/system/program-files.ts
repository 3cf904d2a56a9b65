// What the daemon wrote last of each local program, as every other process reads it: one file, replaced whole.
import { join } from 'node:path';
import type { ProgramStatus } from '../core/model/program.ts';
import type { FleetFolder } from './fleet-folder.ts';
import { readIfThere } from './read-if-there.ts';

/** Content of `programs.json`. */
export interface ProgramsFile {
  /** In the order of instances.yaml. */
  readonly programs: readonly ProgramStatus[];
}

export function programsPath(folder: FleetFolder): string {
  return join(folder.state, 'programs', 'programs.json');
}

/** Empty where no daemon ever looked after any, and where the file cannot be understood: a daemon writes it anew. */
export function readPrograms(folder: FleetFolder): readonly ProgramStatus[] {
  const text = readIfThere(programsPath(folder));
  if (text === null) return [];
  try {
    return (JSON.parse(text) as ProgramsFile).programs;
  } catch {
    return [];
  }
}
