// A fleet folder becomes a machine that can cycle: its identity, its policy as it is now, and the adapters.
import type { Order } from '../core/model/order.ts';
import type { Self } from '../core/model/self.ts';
import { plainText, redact } from '../core/redact.ts';
import type { Machine } from '../machine/context.ts';
import { ParseCache } from '../machine/parse-cache.ts';
import { computerId } from '../system/computer.ts';
import type { FleetFolder } from '../system/fleet-folder.ts';
import { type Identity, readIdentity } from '../system/identity-file.ts';
import type { HeldLock } from '../system/lock.ts';
import { placeRun, readSecrets } from '../system/place-run.ts';
import { type LocalPolicy, readPolicy } from '../system/policy-file.ts';
import type { Adapters, World } from './world.ts';

export interface OpenMachine extends Adapters {
  readonly folder: FleetFolder;
  readonly identity: Identity;
  /** For one cycle under this lock. */
  cycleWith(lock: HeldLock): Machine;
}

export async function openMachine(world: World, folder: FleetFolder): Promise<OpenMachine> {
  const identity = readIdentity(folder);
  const adapters = await world.open(folder, identity);
  const cache = new ParseCache();
  return {
    ...adapters,
    folder,
    identity,
    cycleWith(lock) {
      const policy = readPolicy(world.home, folder.root);
      const { secrets } = readSecrets(policy.secrets);
      return {
        ...adapters,
        clock: world.clock,
        random: world.random,
        cache,
        self: async () => selfOf(world, identity, policy),
        place: async (order: Order, attempt: number, key: string) =>
          placeRun(order, attempt, key, { policy, machineName: identity.name, path: identity.path, env: world.env, secrets }),
        clean: (text) => redact(plainText(text), Object.values(secrets)),
        assertLocked: () => lock.assertOwned(),
        step: (name) => world.step(name),
      };
    },
  };
}

function selfOf(world: World, identity: Identity, policy: LocalPolicy): Self {
  const { machine, name, tags } = identity;
  return { machine, name, computer: computerId(world.home), tags, tools: [], policy, version: world.version };
}
