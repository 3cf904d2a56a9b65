// Looking at processes, and waiting for what they do.
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Looks again and again until it holds; the deadline is for tests that fail. */
export async function until(what: string, holds: () => boolean, withinMs = 60_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`did not happen within ${withinMs} ms: ${what}`);
    await delay(15);
  }
}

export function isAlive(pid: number): boolean {
  // 0 is the group of whoever asks, and lives.
  if (!(pid > 0)) throw new Error(`no process: ${pid}`);
  try {
    process.kill(pid, 0);
    return !/^State:\s*Z/m.test(existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '');
  } catch {
    return false;
  }
}
