// What admitted machines told of their runs as they were believed last (T5.5), in coord's home.
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { isRecord } from '../../../documents/json/is-record.ts';
import { writeWhole } from '../../../system/files/durable-file.ts';
import { readIfThere } from '../../../system/files/read-if-there.ts';
import type { ToldRuns } from '../documents/told-runs.ts';
import { pinPath } from './trust-pin.ts';

const pathOf = (home: string, root: string) => pinPath(home, root).replace(/\.json$/, '.runs.json');

const parsed = new Map<string, { readonly text: string; readonly value: ToldRuns }>();

/** Throws where it cannot be read: then nothing is believed. */
export function readTold(home: string, root: string): ToldRuns {
  const path = pathOf(home, root);
  const text = readIfThere(path) ?? '{}';
  const known = parsed.get(path);
  if (known?.text === text) return known.value;
  const value: unknown = JSON.parse(text);
  const isTold = (it: unknown) =>
    isRecord(it) && typeof it.key === 'string' && isRecord(it.runs) && Object.values(it.runs).every(Number.isInteger);
  if (!isRecord(value) || !Object.values(value).every(isTold)) throw new Error(`${path} cannot be read`);
  parsed.set(path, { text, value: value as ToldRuns });
  return value as ToldRuns;
}

/** On disk when it returns. */
export function writeTold(home: string, root: string, told: ToldRuns): void {
  const path = pathOf(home, root);
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const text = `${JSON.stringify(told)}\n`;
  writeWhole(path, text);
  parsed.set(path, { text, value: told });
}
