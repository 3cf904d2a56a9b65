// What the tests of messages share with the long ones.
import { createFleet, type TestMachine } from './fleet.ts';

export interface Shown {
  readonly from: number;
  readonly to: string;
  readonly number: number;
  readonly priority: string;
  readonly body: string;
  readonly taken: boolean;
}

export async function take(machine: TestMachine): Promise<string[]> {
  return (await machine.json<Shown[]>('inbox', '--take')).map(({ from, body }) => `${from}: ${body}`);
}

export async function pair() {
  const fleet = createFleet();
  const [mac, pc] = await fleet.calm('mac', 'pc');
  if (!mac || !pc) throw new Error('two machines');
  await mac.ok('sync');
  return { fleet, mac, pc };
}
