// The named points at which the program can be killed, as its source has them, and which of them a plain sync does not reach.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** In the watchdog's process, not in coord's. */
export const OF_WATCHDOG = [
  ...['spec-read', 'run-owned', 'log-opened', 'command-spawned', 'child-noted', 'run-over', 'exit-recorded'],
];

/** Played by crash-points.long.test.ts alone, with all the others. */
export const OF_TABLE = [
  ...['locked', 'saved-edits-taken', 'loaded', 'exits-seen', 'run-discarded', 'projected', 'view-left', 'cycles-done'],
  ...['journal-begun', 'journal-flushed', 'journal-renamed', 'journal-saved'],
  ...['run-folder-made', 'lease-written', 'spec-written', 'watchdog-spawned', 'handed-over', 'leases-renewed'],
  ...['claim-journaled', 'claim-pushed', 'claim-confirmed', 'claim-deleted'],
];

/** Only reached where a run is stopped, where a claim is given back (shared.long.test.ts), where a host refuses main, with edits and messages from here, pauses and emergencies, where it is said who is a machine, where people are told (alerts.test.ts), where a machine is woken (wake.test.ts), where a daemon starts a program (instances-kills.long.test.ts), and where history is shortened (compact-refused.long.test.ts): tests of their own, which crash-commands.long.test.ts holds. */
export const ELSEWHERE = [
  ...['stop-journaled', 'stop-asked', 'stop-written', 'pushed-alone', 'edits-settled'],
  ...['send-recorded', 'edit-recorded', 'take-recorded', 'append-recorded', 'mail-journaled', 'mail-settled', 'answers-recorded'],
  ...['adopted', 'leave-journaled', 'left-journaled', 'remote-purged', 'projection-purged', 'state-purged'],
  ...['renamed', 'removal-pushed', 'pause-journaled', 'emergency-over', 'unclaim-journaled'],
  ...['alerts-noted', 'alert-told', 'wake-journaled'],
  ...['program-noted', 'program-spawned'],
  ...['history-kept', 'history-archived', 'history-built', 'history-replaced'],
  ...['boxes-filled', 'boxes-journaled', 'bus-written', 'bus-printed'],
];

export function stepsInSource(): string[] {
  const source = join(import.meta.dirname, '..', '..', 'src');
  const texts = filesBelow(source).map((path) => readFileSync(path, 'utf8'));
  const names = texts.flatMap((text) => [...text.matchAll(/step\('([a-z-]+)'\)/g)].map(([, name]) => name ?? ''));
  return [...new Set(names)];
}

export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
