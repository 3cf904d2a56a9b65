// progress.json in the folder of a run (O17): written whole by the run, at most once a second, and read where it is shown.
import { closeSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { RunProgress } from '../../core/model/orders/run.ts';
import { parseProgress } from '../../documents/machine/run-progress.ts';
import { openUntrusted } from '../files/open-file.ts';

const BYTES_MAX = 8 * 1024;
const PAUSE_MS = 1_000;

/** Null where there is none, or nothing that can be read: nobody waits for it. */
export function readProgress(path: string): RunProgress | null {
  const text = readNote(path);
  return text === null ? null : parseProgress(text);
}

/** The text of a small file in the folder of a run; null where it is something else. */
export function readNote(path: string): string | null {
  let opened: ReturnType<typeof openUntrusted>;
  try {
    opened = openUntrusted(path);
  } catch {
    return null;
  }
  const { file, about } = opened;
  try {
    return about.size <= BYTES_MAX ? readFileSync(file, 'utf8') : null;
  } catch {
    return null;
  } finally {
    closeSync(file);
  }
}

type Progress = Omit<RunProgress, 'at'>;

export interface ProgressWriter {
  say(progress: Progress): void;
  end(): void;
}

/** The newest word wins; what cannot be written is lost, and harms nobody. `path`: COORD_PROGRESS; undefined = nobody asks. */
export function createProgressWriter(path: string | undefined): ProgressWriter {
  let waiting: Progress | null = null;
  let timer: NodeJS.Timeout | null = null;
  const write = () => {
    timer = null;
    if (path === undefined || waiting === null) return;
    const { last, turns, costUsd } = waiting;
    waiting = null;
    try {
      const whole = `${path}.${process.pid}`;
      writeFileSync(whole, JSON.stringify({ last, turns, costUsd, at: new Date().toISOString() }), { mode: 0o600 });
      renameSync(whole, path);
    } catch {
      // A full disk.
    }
    timer = setTimeout(write, PAUSE_MS);
    timer.unref();
  };
  return {
    say(progress) {
      waiting = progress;
      if (timer === null) write();
    },
    end() {
      if (timer !== null) clearTimeout(timer);
      write();
      if (timer !== null) clearTimeout(timer);
    },
  };
}
