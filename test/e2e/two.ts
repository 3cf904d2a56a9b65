// The smallest fleet there is something to say about: mac is machine 1, pc machine 2.
import { createFleet, type Fleet, type TestMachine } from './fleet.ts';

export async function two(): Promise<{ fleet: Fleet; mac: TestMachine; pc: TestMachine }> {
  const fleet = createFleet();
  const [mac, pc] = await fleet.joined('mac', 'pc');
  if (!mac || !pc) throw new Error('two machines');
  return { fleet, mac, pc };
}

/** The commit that a machine's lane stands on. */
export const lane = (fleet: Fleet, number: number) => fleet.git('rev-parse', `refs/coord/machines/${number}`);
