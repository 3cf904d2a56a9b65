// A fleet with a bell, for tests of the whole program: daemons that look at nothing by themselves in the time of a test.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { BellState } from '../../../src/features/bell/operations/bell-state.ts';
import { createFleet, endFleets, type Fleet, type Going, isAlive, type TestMachine, until } from '../../e2e/fleet.ts';
import { endBrokers } from './broker.ts';

/** Looks at nothing by itself in the time of a test. */
export const LATE = { COORD_LOOK_MS: '600000' };

const machines: TestMachine[] = [];

export async function endBellFleets(): Promise<void> {
  await Promise.all(machines.splice(0).map((machine) => machine.coord(['daemon', 'stop', '--runs'])));
  await endBrokers();
  endFleets();
}

/** Its pushes nobody has to save. */
export async function bellFleet(
  address: string | null,
  ...names: readonly string[]
): Promise<{ fleet: Fleet; all: TestMachine[] }> {
  const fleet = createFleet();
  const all = await fleet.joined(...names);
  machines.push(...all);
  fleet.person().push({ 'coordination/fleet.yaml': 'pushes_per_minute: 600\nheartbeat: 1h\n' });
  const [first] = all;
  if (address !== null) expect((await first?.coord(['bell', 'on', address]))?.stdout).toContain('the bell is on');
  for (const machine of all) await machine.ok('sync');
  return { fleet, all };
}

interface DaemonOptions {
  /** Of its environment; {} = it looks as often as anybody's. */
  readonly pace?: Readonly<Record<string, string>>;
}

export async function daemonOf(machine: TestMachine, { pace = LATE }: DaemonOptions = {}): Promise<Going> {
  const daemon = machine.start(['daemon', 'run'], { env: pace });
  await until('it has begun', () => daemon.said().includes('watches over') || !isAlive(daemon.pid));
  expect(isAlive(daemon.pid), daemon.said()).toBe(true);
  return daemon;
}

/** The same, once it is connected and has heard itself. */
export async function connected(machine: TestMachine, options?: DaemonOptions): Promise<Going> {
  const daemon = await daemonOf(machine, options);
  await until(`the bell of ${machine.name} is connected`, () => bellOf(machine)?.echoMs != null, 40_000);
  return daemon;
}

export function bellOf({ folder }: TestMachine): BellState | null {
  const path = join(folder, '.coord', 'bell', 'state.json');
  try {
    return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as BellState) : null;
  } catch {
    return null;
  }
}
