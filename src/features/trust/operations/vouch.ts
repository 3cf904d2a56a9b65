// What a machine that demands signatures does on the word of a root person alone (T11): to remove a machine, to adopt what another folder wrote, to take
// a main that was rewritten. Whoever has a shell here and no such key does not.
import { isoTime } from '../../../core/base/time.ts';
import { CoordError } from '../../../errors.ts';
import type { Vouched } from '../../../operations/feature.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../../system/fleet/identity-file.ts';
import { readPolicy } from '../../../system/policy/policy-file.ts';
import { canonical } from '../documents/canonical.ts';
import { createChecks } from '../system/checks.ts';
import { readPin } from '../system/trust-pin.ts';
import { rootKey } from './root-key.ts';
import { changeTrust, notPinned } from './trust-on.ts';

const ACT_NAMESPACE = 'coord-act@1';

/** Throws REFUSED. A machine that is removed is trusted no more, for all that demand signatures. */
export async function vouch(world: World, folder: FleetFolder, { act, removes }: Vouched): Promise<void> {
  if (readPolicy(world.home, folder.root).trust === undefined) return;
  const trust = readPin(world.home, folder.root);
  if (trust === null) throw notPinned();
  if (removes !== undefined && (await isNamed(world, folder, removes))) return;
  const key = await rootKey(world, trust, null);
  const at = isoTime(world.clock.now().wallMs);
  const text = canonical({ fleet: trust.fleet, machine: readIdentity(folder).machine, act, at, nonce: world.random.uuid() });
  const signature = await key.sign(ACT_NAMESPACE, text);
  if (createChecks().verify(key.line, ACT_NAMESPACE, text, signature)) return;
  throw new CoordError('REFUSED', `${key.fingerprint} did not sign that: nothing was done`, 'coord trust');
}

/** True = the trust named it, and the next version, which a root person has signed now, does not. */
async function isNamed(world: World, folder: FleetFolder, machine: number): Promise<boolean> {
  let wasNamed = false;
  try {
    await changeTrust(world, folder, null, (before) => {
      wasNamed = before.machines[machine] !== undefined;
      if (!wasNamed) throw new NotNamed();
      const machines = Object.entries(before.machines).filter(([number]) => number !== String(machine));
      return { ...before, machines: Object.fromEntries(machines) };
    });
  } catch (error) {
    if (!(error instanceof NotNamed)) throw error;
  }
  return wasNamed;
}

class NotNamed extends Error {}
