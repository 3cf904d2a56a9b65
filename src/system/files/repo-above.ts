// Finds the git work tree that a folder lies in.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder itself or the nearest above it; null = it lies in none. */
export function repoAbove(folder: string): string | null {
  if (existsSync(join(folder, '.git'))) return folder;
  return dirname(folder) === folder ? null : repoAbove(dirname(folder));
}
