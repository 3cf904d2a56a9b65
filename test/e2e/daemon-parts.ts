// What the tests of daemon share with the long ones.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createFleet, type Fleet, type Going, isAlive, type TestMachine, until } from './fleet.ts';

/** Looks this often, instead of each 15 s and more. */
export const SOON = { COORD_LOOK_MS: '400' };

/** Looks at nothing by itself in the time of a test. */
export const LATE = { COORD_LOOK_MS: '600000' };

export const machines: TestMachine[] = [];

/** A fleet whose pushes nobody has to save. */
export async function fleetOf(...names: readonly string[]): Promise<{ fleet: Fleet; all: TestMachine[] }> {
  const fleet = createFleet();
  const all = await fleet.joined(...names);
  machines.push(...all);
  fleet.person().push({ 'coordination/fleet.yaml': 'pushes_per_minute: 600\n' });
  return { fleet, all };
}

/** Runs it, and resolves once it has looked for the first time. */
export async function daemonOf(machine: TestMachine, env: Readonly<Record<string, string>>): Promise<Going> {
  const daemon = machine.start(['daemon', 'run'], { env });
  await until('its first sync', () => nextLook(machine) !== null || !isAlive(daemon.pid));
  expect(isAlive(daemon.pid), daemon.said()).toBe(true);
  return daemon;
}

export const recordAt = ({ folder }: TestMachine) => join(folder, '.coord', 'daemon.json');

export const nextLook = (machine: TestMachine) =>
  existsSync(recordAt(machine)) ? (JSON.parse(readFileSync(recordAt(machine), 'utf8')).nextLook as string | null) : null;

/** A cycle is under way there. */
export const isSyncing = ({ folder }: TestMachine) => existsSync(join(folder, '.coord', 'lock.owner'));

export const fetchedMs = ({ folder }: TestMachine) => statSync(join(folder, '.coord', 'clone.git', 'FETCH_HEAD')).mtimeMs;
