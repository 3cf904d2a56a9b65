// A fleet that signs and invites, for tests.
import { expect } from 'vitest';
import { createFleet, type Fleet, type TestMachine } from '../../e2e/fleet.ts';
import { keyOf } from './people.ts';

/** By anna, on mac. */
export async function founded(): Promise<{ fleet: Fleet; mac: TestMachine }> {
  const fleet = createFleet();
  const [mac] = await fleet.joined('mac');
  if (mac === undefined) throw new Error('one machine');
  keyOf(mac);
  await mac.ok('trust', 'on', '--yes', '--name', 'anna');
  return { fleet, mac };
}

/** The line that it prints. */
export const invited = async (mac: TestMachine, ...words: readonly string[]) => (await mac.ok('invite', ...words)).trim();

export async function joinBy(machine: TestMachine, line: string, ...words: readonly string[]): Promise<string> {
  const done = await machine.coord(['join', '-', machine.folder, ...words], { input: `${line}\n` });
  expect(done.code, done.stdout + done.stderr).toBe(0);
  await machine.ok('allow', 'shell');
  return done.stdout;
}

/** An order of the machine, and one here that comes after it: whether what the machine says lets that go. */
export async function isBelieved(mac: TestMachine, machine: TestMachine, number: number, id = 'first'): Promise<boolean> {
  await mac.ok('order', 'add', id, '--for', String(number), 'true');
  await mac.ok('order', 'add', `after-${id}`, '--for', '1', '--after', id, `echo x >> ${id}`);
  await machine.ok('sync', '--wait');
  await mac.ok('sync', '--wait');
  return mac.read(id) === 'x\n';
}
