// Runs `coord doctor --json` on a test machine and reads its answer.
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckResult } from '../../src/core/model/status/check-result.ts';
import { createFleet, type Fleet, type TestMachine } from '../e2e/fleet.ts';

export interface Examined {
  readonly code: number | null;
  readonly text: string;
  of(id: string): CheckResult;
  readonly all: readonly CheckResult[];
}

export async function examine(
  machine: TestMachine,
  args: readonly string[] = [],
  env?: Record<string, string>,
): Promise<Examined> {
  const words = ['doctor', '--json', ...args];
  const done = await (env === undefined ? machine.here(words) : machine.coord(words, { env }));
  const all = JSON.parse(done.stdout || '[]') as CheckResult[];
  const of = (id: string) => {
    const found = all.find((check) => check.id === id);
    if (found === undefined) throw new Error(`no check ${id} in ${done.stdout}${done.stderr}`);
    return found;
  };
  return { code: done.code, text: done.stdout + done.stderr, of, all };
}

export async function oneMachine(): Promise<{ fleet: Fleet; mac: TestMachine }> {
  const fleet = createFleet();
  const [mac] = await fleet.joined('mac');
  if (mac === undefined) throw new Error('no machine');
  return { fleet, mac };
}

export const state = (machine: TestMachine, ...names: readonly string[]) => join(machine.folder, '.coord', ...names);

/** As if it had lain there for so long. */
export function age(path: string, ms: number): void {
  const at = (Date.now() - ms) / 1000;
  utimesSync(path, at, at);
}
