// Finds the full log of an order's run on this machine: the newest generation and attempt that ran here.
import { closeSync, existsSync, lstatSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';
import { dueMs, listedId } from '../../core/runs/occurrence-name.ts';
import { openUntrusted } from '../../system/files/open-file.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';

export interface LocalLog {
  readonly path: string;
  /** True once the run's end is recorded. */
  isOver(): boolean;
}

const CHUNK_BYTES = 64 * 1024;
const POLL_MS = 300;

/** Of a scheduled order its newest occurrence's. Null = this order never ran here, or its log was cleared away. */
export function newestLog(folder: FleetFolder, id: string): LocalLog | null {
  const names = existsSync(folder.runs) ? readdirSync(folder.runs) : [];
  const found = names
    .flatMap((name) => {
      const [, order, generation, attempt] = /^(.+)-(\d+)\.(\d+)-[0-9a-f]+$/.exec(name) ?? [];
      if (order === undefined || (order !== id && listedId(order) !== id)) return [];
      const path = join(folder.runs, name, 'output.log');
      const modifiedMs = modifiedMsOf(path);
      return modifiedMs !== null
        ? [{ name, path, rank: [dueMs(order) ?? 0, Number(generation), Number(attempt), modifiedMs] }]
        : [];
    })
    .sort((a, b) => compare(a.rank, b.rank))
    .at(-1);
  if (found === undefined) return null;
  const run = join(folder.runs, found.name);
  // A run that was reported keeps its log alone.
  return { path: found.path, isOver: () => existsSync(join(run, 'exit.json')) || !existsSync(join(run, 'spec.json')) };
}

/** The run may have put anything there: what is no file is no log. */
function modifiedMsOf(path: string): number | null {
  try {
    const seen = lstatSync(path);
    return seen.isFile() ? seen.mtimeMs : null;
  } catch {
    return null;
  }
}

function compare(a: readonly number[], b: readonly number[]): number {
  return a.map((value, at) => value - (b[at] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

/** Hands out what is there, and with `follow` what comes until the run is over. */
export async function followLog(log: LocalLog, follow: boolean, write: (text: string) => void): Promise<void> {
  const decoder = new StringDecoder('utf8');
  const buffer = Buffer.alloc(CHUNK_BYTES);
  const { file } = openUntrusted(log.path);
  try {
    for (;;) {
      const isOver = log.isOver();
      for (let size = readSync(file, buffer, 0, CHUNK_BYTES, null); size > 0; size = readSync(file, buffer, 0, CHUNK_BYTES, null))
        write(decoder.write(buffer.subarray(0, size)));
      if (!follow || isOver) return;
      await delay(POLL_MS);
    }
  } finally {
    closeSync(file);
  }
}
