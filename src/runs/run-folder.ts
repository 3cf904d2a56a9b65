// The files of one run. Each record is written whole (temp + rename, or a link), so whoever reads one reads all of it.
// The folder holds the run's environment and so perhaps secrets: only its owner may read it.
import { lstatSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { StopReason } from '../core/model/orders/run.ts';
import { errorCode } from '../errors.ts';
import type { RunSpec } from '../ports.ts';
import { isClosed, NOT_THERE } from '../system/files/open-file.ts';
import { readStart } from '../system/files/read-if-there.ts';

export interface RunPaths {
  readonly folder: string;
  /** What to run. */
  readonly spec: string;
  /** Who decides the run's fate: created once, by its watchdog or by whoever found that it never began. */
  readonly owner: string;
  /** The leader of the process group that runs now. */
  readonly child: string;
  readonly log: string;
  /** COORD_OUTPUT (O7). */
  readonly outputs: string;
  /** COORD_RESULTS (O7): a folder. */
  readonly results: string;
  /** A4: files of earlier orders; a folder with one for each. */
  readonly files: string;
  /** COORD_PROGRESS (O17). */
  readonly progress: string;
  /** O18: what its agent asks; beside the former, where system/run-notes looks for it. */
  readonly question: string;
  readonly stop: string;
  /** O5: the lease that counts; only runs that have one. */
  readonly lease: string;
  readonly exit: string;
  /** O16.10: what is to be said of its workspace should its watchdog die now. */
  readonly kept: string;
  /** What the watchdog itself had to say when it failed. */
  readonly watchdogLog: string;
}

/** What the watchdog reads: the spec, and the runner's limits. */
export interface WatchdogSpec extends RunSpec {
  /** O9: between SIGTERM and SIGKILL. */
  readonly graceMs: number;
  readonly logBytesMax: number;
}

export type Owner =
  | { readonly void: true }
  | { readonly void: false; readonly pid: number; readonly started: string; readonly bootId: string };

export interface Child {
  readonly pgid: number;
  /** Of the leader; null when it was gone before it could be asked. */
  readonly started: string | null;
}

export interface StopRequest {
  readonly reason: StopReason;
}

/** A key names a folder and must not lead out of it. */
export function isKey(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,199}$/.test(name);
}

/** Paths of the run; another key than `isKey` allows is a bug of the caller. */
export function runPaths(runsDir: string, key: string): RunPaths {
  if (!isAbsolute(runsDir)) throw new Error(`the folder of runs must be absolute: ${runsDir}`);
  if (!isKey(key)) throw new Error(`not the key of a run: ${JSON.stringify(key)}`);
  const folder = join(runsDir, key);
  const file = (name: string) => join(folder, name);
  return {
    folder,
    spec: file('spec.json'),
    owner: file('owner.json'),
    child: file('child.json'),
    log: file('output.log'),
    outputs: file('outputs'),
    results: file('results'),
    files: file('files'),
    progress: file('progress.json'),
    question: file('question.json'),
    stop: file('stop.json'),
    lease: file('lease.json'),
    exit: file('exit.json'),
    kept: file('kept.json'),
    watchdogLog: file('watchdog.log'),
  };
}

/** More than the spec of an order of 1 MiB. A run can have a file there grow to any size. */
const RECORD_BYTES_MAX = 16 * 1_048_576;

/** Null when there is no such record, when it is none, when a run closed it, or, where files cannot be linked, when it is being written. */
export function readRecord<T>(path: string): T | null {
  try {
    return lstatSync(path).isFile() ? (JSON.parse(readStart(path, RECORD_BYTES_MAX)) as T) : null;
  } catch (error) {
    if (error instanceof SyntaxError || NOT_THERE.has(errorCode(error)) || isClosed(error)) return null;
    throw error;
  }
}
