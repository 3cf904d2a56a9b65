// What trust hands in.
import type { Feature } from '../../operations/feature.ts';
import type { World } from '../../operations/sync/dependencies.ts';
import { createBeliever } from './adapters/believer.ts';

export const trust = (world: World): Feature => ({
  name: 'trust',
  checks: async () => [(await import('./operations/doctor-check.ts')).trustCheck],
  believer: ({ root }, { trust: demand }, ledger) =>
    demand === undefined
      ? null
      : createBeliever({ home: world.home, root, signers: demand.signers, nowMs: () => world.clock.now().wallMs }, ledger),
  seal: async (recorded) => {
    const signer = { env: world.env, home: world.home, nowMs: () => world.clock.now().wallMs };
    return (await import('./operations/sign-orders.ts')).sealRecorded(signer, recorded);
  },
});
