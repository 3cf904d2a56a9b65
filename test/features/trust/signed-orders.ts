// What the tests of signed orders share with the long ones.
import type { Fleet, TestMachine } from '../../e2e/fleet.ts';
import { two } from '../../e2e/two.ts';
import { keyOf } from './people.ts';

export const orders = (fleet: Fleet) => (JSON.parse(fleet.board('ORDERS.json')) as { orders: Record<string, unknown>[] }).orders;

export async function signed(): Promise<{ fleet: Fleet; mac: TestMachine; pc: TestMachine }> {
  const all = await two();
  keyOf(all.mac);
  await all.mac.ok('trust', 'on', '--yes', '--name', 'anna');
  await all.pc.ok('trust', 'on', '--yes');
  return all;
}
