// Machines that sync until something is so: what a run does comes when it comes, and a sync gives it no more than a moment (H2).
import { setTimeout as delay } from 'node:timers/promises';
import type { TestMachine } from './fleet.ts';

/** One after the other, again and again; the deadline is for tests that fail. */
export async function syncUntil(machines: readonly TestMachine[], isSo: () => boolean, withinMs = 90_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`no sync within ${withinMs} ms has brought it`);
    for (const machine of machines) await machine.ok('sync');
    await delay(30);
  }
}
