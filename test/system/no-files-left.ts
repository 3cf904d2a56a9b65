// Starts of processes on a computer that has no file left: node gives a child without streams, and says why in the next tick.
import { afterEach, beforeEach, expect } from 'vitest';

const UV_EMFILE = -24;

/** As node does it, but for the system call. */
export async function withoutFiles(original: () => Promise<object>): Promise<object> {
  const real = (await original()) as typeof import('node:child_process');
  const spawn = (file: string) => {
    const child = new real.ChildProcess() as unknown as { _handle: { spawn(): number }; spawn(options: object): void };
    child._handle.spawn = () => UV_EMFILE;
    child.spawn({ file, args: [file], envPairs: [], stdio: ['pipe', 'pipe', 'pipe'] });
    return child;
  };
  return { ...real, spawn };
}

/** No test may leave an error that nobody heard: it would end a daemon. */
export function expectNothingUncaught(): void {
  const uncaught: unknown[] = [];
  const note = (error: unknown) => uncaught.push(error);
  beforeEach(() => void process.on('uncaughtException', note));
  afterEach(async () => {
    await new Promise((resolve) => setImmediate(resolve));
    process.off('uncaughtException', note);
    expect(uncaught.splice(0)).toEqual([]);
  });
}
