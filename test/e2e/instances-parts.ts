// What the tests of instances share with the long ones.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFleet, type Fleet, type Going, type TestMachine } from './fleet.ts';

export const machines: TestMachine[] = [];

export const LATE = { COORD_LOOK_MS: '600000' };

export interface Listed {
  readonly daemon: boolean;
  readonly programs: readonly { name: string; state: string; pid: number | null; givenUp: boolean; detail: string | null }[];
}

export async function machineWith(instances: string): Promise<{ fleet: Fleet; pc: TestMachine }> {
  const fleet = createFleet();
  const [pc] = (await fleet.joined('pc')) as [TestMachine];
  machines.push(pc);
  fleet.person().push({ 'coordination/fleet.yaml': 'pushes_per_minute: 600\n' });
  writeFileSync(join(pc.folder, '.coord', 'instances.yaml'), instances);
  return { fleet, pc };
}

export const daemonOf = (pc: TestMachine): Going => pc.start(['daemon', 'run'], { env: LATE });

export const listed = (pc: TestMachine) => pc.json<Listed>('instance', 'list');

export const stateOf = async (pc: TestMachine, name: string) =>
  (await listed(pc)).programs.find((program) => program.name === name);

export const programOf = (fleet: Fleet, name: string) =>
  (fleet.status().machines['1'] as unknown as { programs?: Record<string, { state: string; givenUp?: true }> }).programs?.[name];
