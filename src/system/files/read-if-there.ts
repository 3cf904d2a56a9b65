// Of small files of coord's own, and of those that it lays down for others.
import { readFileSync } from 'node:fs';

/** The text of a file; null = there is none. Throws what else keeps it from being read. */
export function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
