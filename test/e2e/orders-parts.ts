// What the tests of orders share with the long ones.
import { createFleet, type Fleet, type TestMachine } from './fleet.ts';

export async function oneMachine(...options: string[]): Promise<{ fleet: Fleet; mac: TestMachine }> {
  const fleet = createFleet();
  const mac = fleet.machine('mac');
  if (options.length === 0) await fleet.joined('mac');
  else {
    await mac.ok('init', fleet.hub, mac.folder, '--name', 'mac', ...options);
    await mac.ok('allow', 'shell');
  }
  return { fleet, mac };
}

/** Starts a grandchild too, and leaves both numbers in `pids`. */
export const FAMILY = 'sleep 1000 & echo $$ >> pids; echo $! >> pids; echo ready; wait';

export const pids = (mac: TestMachine) => mac.read('pids').trim().split('\n').map(Number);
