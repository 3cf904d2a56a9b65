// What trust hands in.
import type { Feature, Sealed } from '../../operations/feature.ts';
import type { World } from '../../operations/sync/dependencies.ts';
import { fleetFolderAt } from '../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../system/fleet/identity-file.ts';
import { policyInForce } from '../../system/policy/policy-in-force.ts';
import { createBeliever } from './adapters/believer.ts';
import { laneSealer } from './adapters/lane-sealer.ts';
import { forgetKept } from './system/kept-file.ts';
import { readMachineKey, readProof, removeProof } from './system/machine-key.ts';
import { readPin } from './system/trust-pin.ts';

export const trust = (world: World): Feature => ({
  name: 'trust',
  checks: async () => [(await import('./operations/doctor-check.ts')).trustCheck],
  forget({ root }) {
    removeProof(world.home, root);
    forgetKept(world.home, root);
  },
  believer(folder, { trust: demand }, ledger) {
    const { home, clock } = world;
    if (demand === undefined) return null;
    const place = { home, root: folder.root, machine: readIdentity(folder).machine };
    return createBeliever({ ...place, signers: demand.signers, nowMs: () => clock.now().wallMs }, ledger);
  },
  sealer: ({ root }) => usable(() => (demands(world, root) ? laneSealer(world.home, root) : null)),
  self({ root }) {
    const key = usable(() => (demands(world, root) ? readMachineKey(world.home, root) : null))?.line;
    return key === undefined ? {} : { key, ...usable(() => provenBy(world.home, root)) };
  },
  arrival: async (word, told) => (await import('./operations/arrive.ts')).arrivalOf(world, word, told),
  vouch: async (folder, vouched) => (await import('./operations/vouch.ts')).vouch(world, folder, vouched),
  seal: async (recorded) => {
    const signer = { env: world.env, home: world.home, nowMs: () => world.clock.now().wallMs };
    if (recorded.by === 'agent') {
      const { root } = recorded.folder;
      const key = usable(() => (demands(world, root) ? readMachineKey(world.home, root) : null));
      return key === null ? NONE : (await import('./operations/sign-as-agent.ts')).sealByAgent(signer, key, recorded);
    }
    return (await import('./operations/sign-orders.ts')).sealRecorded(signer, recorded);
  },
});

const NONE: Sealed = { edits: [], unsigned: [] };

/** T5: whoever runs what anybody asks for signs nothing, so that nobody goes by what came of it. */
function demands({ home }: Pick<World, 'home'>, root: string): boolean {
  return policyInForce(home, root).policy.trust !== undefined;
}

/** T4: until the trust names this machine. */
function provenBy(home: string, root: string): { readonly invited?: string } {
  const invited = readProof(home, root);
  const isNamed = invited !== null && readPin(home, root)?.machines[readIdentity(fleetFolderAt(root)).machine] !== undefined;
  return invited === null || isNamed ? {} : { invited };
}

/** A key or a pin that cannot be used signs nothing, and stops nothing else: doctor says what is wrong. */
function usable<T>(read: () => T | null): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
