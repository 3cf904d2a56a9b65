// The documents of this machine as it signed them last (T5), by the ids of their contents: what it goes on from where somebody wrote into its lane.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Files } from '../../../core/model/ledger/snapshot.ts';
import { isRecord } from '../../../documents/json/is-record.ts';
import { writeWhole } from '../../../system/files/durable-file.ts';
import { readIfThere } from '../../../system/files/read-if-there.ts';
import { pinPath } from './trust-pin.ts';

const pathOf = (home: string, root: string) => pinPath(home, root).replace(/\.json$/, '.own.json');

/** By the path of the file: what this process knows to stand there. */
const written = new Map<string, string>();

/** Null = it signed none yet, or it cannot be read. */
export function readOwnWord(home: string, root: string): Files | null {
  try {
    const value: unknown = JSON.parse(readIfThere(pathOf(home, root)) ?? 'null');
    return isRecord(value) ? new Map(Object.entries(value as Readonly<Record<string, string>>)) : null;
  } catch {
    return null;
  }
}

export function writeOwnWord(home: string, root: string, files: Files): void {
  const path = pathOf(home, root);
  const text = `${JSON.stringify(Object.fromEntries(files))}\n`;
  if (written.get(path) === text) return;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeWhole(path, text);
  written.set(path, text);
}
