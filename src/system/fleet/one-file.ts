// Names that differ by case alone: git has both, and many disks (of macOS and Windows) take them for one file. What is written under the one would be
// read under the other as a person's edit.
import { lstatSync } from 'node:fs';
import { join } from 'node:path';

/** Of paths that fall together, all but the first by their bytes, so that every machine shows the same one. */
export function secondNames(paths: Iterable<string>): ReadonlySet<string> {
  const first = new Map<string, string>();
  const second = new Set<string>();
  for (const path of [...paths].sort((a, b) => (a < b ? -1 : 1))) {
    const folded = path.toLowerCase();
    if (first.has(folded)) second.add(path);
    else first.set(folded, path);
  }
  return second;
}

/** The name among `known` that a path below `folder` is the same file by; the path itself where there is none. */
export function knownName(folder: string, path: string, known: Readonly<Record<string, unknown>>): string {
  if (Object.hasOwn(known, path)) return path;
  const folded = path.toLowerCase();
  return Object.keys(known).find((it) => it.toLowerCase() === folded && isOneFile(join(folder, path), join(folder, it))) ?? path;
}

function isOneFile(one: string, other: string): boolean {
  const [a, b] = [one, other].map((path) => lstatSync(path, { throwIfNoEntry: false }));
  return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev;
}
