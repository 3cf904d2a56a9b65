// Which files of the history and the archive stand as coord wrote them, by their entries in the folder alone: they are many and large, and all but
// the newest never change. Everything else is read each time, because people may have saved it.
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../files/durable-file.ts';
import { jsonIn } from '../files/read-if-there.ts';
import type { FleetFolder } from './fleet-folder.ts';

const KNOWN_BY_ENTRY = /^(history|archive)\//;

export interface ProjectedMarks {
  /** To be asked before the file is read, where no folder above it is a link; null = it has to be read. */
  now(path: string, id: string): string | null;
  /** The file with this mark was found to hold that text. */
  isKnown(path: string, mark: string | null): boolean;
  keep(path: string, mark: string | null): void;
  /** Forgets all that was not kept. */
  save(): void;
}

export function openMarks(folder: FleetFolder): ProjectedMarks {
  const before = readMarks(folder);
  const after: Record<string, string> = {};
  return {
    now(path, id) {
      if (!KNOWN_BY_ENTRY.test(path)) return null;
      const stat = lstatSync(join(folder.projection, path), { throwIfNoEntry: false });
      if (stat?.isFile() !== true) return null;
      return `${id} ${stat.ino}:${stat.mtimeMs}:${stat.size}`;
    },
    isKnown: (path, mark) => mark !== null && before[path] === mark,
    keep(path, mark) {
      if (mark !== null) after[path] = mark;
    },
    save() {
      const text = JSON.stringify(after);
      if (text !== JSON.stringify(before)) writeWhole(folder.projectedMarks, text);
    },
  };
}

function readMarks(folder: FleetFolder): Readonly<Record<string, unknown>> {
  return Object(jsonIn(folder.projectedMarks));
}
