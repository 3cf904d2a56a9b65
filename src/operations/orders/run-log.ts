// Finds the full log of an order's run on this machine: the newest generation and attempt that ran here.
import { closeSync, existsSync, fstatSync, lstatSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunName } from '../../core/model/orders/run.ts';
import { depthOf, dueMs, listedId } from '../../core/runs/occurrence-name.ts';
import { openUntrusted } from '../../system/files/open-file.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';

export interface FollowedLog {
  readonly path: string;
  /** True once the run's end is recorded. */
  isOver(): boolean;
}

export interface LocalLog extends FollowedLog {
  /** Whose it is. */
  readonly run: RunName;
  /** Epoch milliseconds, when it was written last. */
  readonly modifiedMs: number;
  /** True once the run was reported: its folder holds its log alone then. */
  isReported(): boolean;
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
      const run = { order, generation: Number(generation), attempt: Number(attempt) };
      return modifiedMs === null ? [] : [{ name, path, run, modifiedMs, rank: [...rankOf(run), modifiedMs] }];
    })
    .sort((a, b) => compare(a.rank, b.rank))
    .at(-1);
  if (found === undefined) return null;
  const { name, path, run, modifiedMs } = found;
  const isReported = () => !existsSync(join(folder.runs, name, 'spec.json'));
  const isOver = () => existsSync(join(folder.runs, name, 'exit.json')) || isReported();
  return { path, run, modifiedMs, isReported, isOver };
}

/** Of events only the time says which came later: each has generations and attempts of its own. */
function rankOf({ order, generation, attempt }: RunName): readonly number[] {
  return depthOf(order) === null ? [dueMs(order) ?? 0, generation, attempt] : [0, 0, 0];
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

export interface Following {
  /** Goes on with what comes, until the run is over. */
  readonly follow: boolean;
  /** Of a longer log only the end. */
  readonly bytesMax?: number;
  /** Ends it early, without an error. */
  readonly signal?: AbortSignal;
  /** No more is read before it has taken this. `isCut`: something before it is missing. */
  write(text: string, isCut: boolean): void | Promise<void>;
}

/** Hands out what is there and what comes. Holds one chunk at a time, however long the log is. */
export async function followLog(log: FollowedLog, { follow, bytesMax, signal, write }: Following): Promise<void> {
  const decoder = new StringDecoder('utf8');
  const buffer = Buffer.alloc(CHUNK_BYTES);
  const { file } = openUntrusted(log.path);
  const isWanted = () => signal?.aborted !== true;
  try {
    let at = Math.max(0, fstatSync(file).size - (bytesMax ?? Number.POSITIVE_INFINITY));
    let isCut = at > 0;
    while (isWanted()) {
      const isOver = log.isOver();
      for (let size = -1; size !== 0 && isWanted(); at += size) {
        size = readSync(file, buffer, 0, CHUNK_BYTES, at);
        const text = decoder.write(buffer.subarray(0, size));
        if (text === '') continue;
        await write(text, isCut);
        isCut = false;
      }
      if (!follow || isOver) return;
      await delay(POLL_MS, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    closeSync(file);
  }
}
