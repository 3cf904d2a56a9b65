// Reads small files of coord's own, and those that it lays down for others.
import { closeSync, constants, readdirSync, readFileSync, readSync } from 'node:fs';
import { errorCode } from '../../errors.ts';
import { openFile } from './open-file.ts';

/** The text of a file; null = there is none. Throws what else keeps it from being read. */
export function readIfThere(path: string): string | null {
  try {
    return readText(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** As `readBytes`. */
export const readText = (path: string): string => readBytes(path).toString('utf8');

/** The text of a file, no more than its first bytes: it may be growing to any size. Throws as `readBytes`. */
export function readStart(path: string, bytesMax: number): string {
  return reading(path, (file, size) => {
    const bytes = Buffer.alloc(Math.min(size, bytesMax));
    return bytes.toString('utf8', 0, readSync(file, bytes));
  });
}

/** What a file holds. Throws what keeps it from being read: EISDIR for a folder, EINVAL for what is neither that nor a file. */
export function readBytes(path: string): Buffer {
  return reading(path, (file) => readFileSync(file));
}

function reading<T>(path: string, read: (file: number, size: number) => T): T {
  const { file, about } = openFile(path, constants.O_RDONLY);
  try {
    return read(file, about.size);
  } finally {
    closeSync(file);
  }
}

/** What lies in a folder, by name; empty if it cannot be read. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The text of a file; null if it cannot be read. */
export function textIn(path: string): string | null {
  try {
    return readText(path);
  } catch {
    return null;
  }
}

/** What a file with JSON holds; null if there is none, it cannot be read, or it is no JSON. */
export function jsonIn(path: string): unknown {
  try {
    return JSON.parse(readText(path));
  } catch {
    return null;
  }
}
