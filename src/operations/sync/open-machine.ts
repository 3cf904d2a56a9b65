// Opens a fleet folder as a machine that can cycle: its identity, its present policy, and the adapters.
import type { Self } from '../../core/model/machines/self.ts';
import type { FoundAgent } from '../../core/model/orders/agent.ts';
import type { Order } from '../../core/model/orders/order.ts';
import { because } from '../../core/orders/reason-words.ts';
import { CoordError } from '../../errors.ts';
import type { Machine } from '../../machine/context.ts';
import { ParseCache } from '../../machine/reading/parse-cache.ts';
import type { ProgramBoxes } from '../../ports.ts';
import type { HeldLock } from '../../system/files/lock.ts';
import { computerId } from '../../system/fleet/computer.ts';
import type { FleetFolder } from '../../system/fleet/fleet-folder.ts';
import { type Identity, readIdentity } from '../../system/fleet/identity-file.ts';
import { readServices } from '../../system/fleet/local-services.ts';
import { createSpecShelf } from '../../system/fleet/spec-shelf.ts';
import { toolsHere } from '../../system/policy/own-tools.ts';
import { placeRun } from '../../system/policy/place-run.ts';
import type { LocalPolicy } from '../../system/policy/placement.ts';
import { policyInForce } from '../../system/policy/policy-in-force.ts';
import { computerUsage } from '../../system/process/computer-usage.ts';
import { findExecutable } from '../../system/process/find-executable.ts';
import { readCronPeriod } from '../../system/service/cron-period.ts';
import { livingDaemon } from '../daemon/pid-file.ts';
import type { Feature } from '../feature.ts';
import type { Adapters, World } from './dependencies.ts';
import { fleetHere } from './fleet-here.ts';
import { noteSecretFiles, type OwnSecrets, ownSecrets, ownSecretsNow } from './own-secrets.ts';

export interface OpenMachine extends Adapters {
  readonly folder: FleetFolder;
  readonly identity: Identity;
  readonly cache: ParseCache;
  /** For the cycles of one sync under this lock. A policy that cannot be read allows nothing; everything else goes on. */
  cycleWith(lock: HeldLock): { readonly machine: Machine; readonly policyProblem: string | null };
}

export async function openMachine(world: World, folder: FleetFolder): Promise<OpenMachine> {
  const identity = readIdentity(folder);
  const adapters = await world.open(folder, identity);
  const features = await world.features();
  const agentsHere = () => features.flatMap((feature) => feature.agents?.found() ?? []);
  const boxes = features.map((feature) => feature.boxes?.(folder, identity.machine)).find((it) => it !== undefined);
  const waker = features.map((feature) => feature.waker?.()).find((it) => it !== undefined);
  const cache = world.parsed.get(folder.root) ?? new ParseCache(createSpecShelf(folder, world.build));
  world.parsed.set(folder.root, cache);
  return {
    ...adapters,
    folder,
    identity,
    cache,
    cycleWith(lock) {
      const inForce = policyInForce(world.home, folder.root);
      const { policy, problem: policyProblem } = inForce;
      noteSecretFiles(folder, inForce);
      const { secrets, unread, clean } = ownSecrets(folder, inForce);
      const machine: Machine = {
        ...adapters,
        ...(waker === undefined ? {} : { waker }),
        ...believerOf(features, folder, policy, adapters.ledger),
        ...sealerOf(features, folder),
        ...artifactRefOf(features, folder, identity),
        clock: world.clock,
        random: world.random,
        cache,
        boxes: boxes ?? NO_BOXES,
        self: async () => ({
          ...selfOf(world, identity, policy, { agents: agentsHere(), services: readServices(folder) }),
          ...Object.assign({}, ...features.map((feature) => feature.self?.(folder))),
          ...{ ...periodHere(folder), usage: computerUsage(world.env) },
          ...(policy.wake && waker !== undefined ? { wake: waker.here() } : {}),
        }),
        installed: (names) => names.filter((name) => findExecutable(name, identity.path) !== null),
        place: async (order: Order, attempt: number, key: string, { services }: Self, service: string | null) =>
          unread.length > 0
            ? { blocked: because.secretsMissing(unread[0] ?? '', identity.name) }
            : placeRun(order, attempt, key, service, {
                ...{
                  policy,
                  machine: identity.machine,
                  machineName: identity.name,
                  path: identity.path,
                  env: world.env,
                  secrets,
                },
                ...{ caller: world.caller, services, state: folder.state },
                artifacts: { fleet: folder.root },
                agents: { found: agentsHere(), home: world.home },
                workspaces: {
                  ...{ home: world.home, fleet: folder.root, machine: identity.machine },
                  fleetPage: fleetHere(folder)?.url ?? null,
                },
              }),
        clean,
        assertLocked: () => lock.assertOwned(),
        step: (name) => world.step(name),
      };
      return { machine, policyProblem };
    },
  };
}

function sealerOf(features: readonly Feature[], folder: FleetFolder): Pick<Machine, 'sealer'> {
  const sealer = features.map((feature) => feature.sealer?.(folder) ?? null).find((it) => it !== null);
  return sealer == null ? {} : { sealer };
}

function artifactRefOf(features: readonly Feature[], folder: FleetFolder, identity: Identity): Pick<Machine, 'artifactRef'> {
  const artifactRef = features.map((feature) => feature.artifactRef?.(folder, identity) ?? null).find((it) => it !== null);
  return artifactRef == null ? {} : { artifactRef };
}

/** T: of a computer that demands signatures, as far as that can be told. */
function believerOf(
  features: readonly Feature[],
  folder: FleetFolder,
  policy: LocalPolicy,
  ledger: Adapters['ledger'],
): Pick<Machine, 'believer'> {
  const believer = features.map((feature) => feature.believer?.(folder, policy, ledger) ?? null).find((it) => it !== null);
  return believer == null ? {} : { believer };
}

/** Makes text that somebody hands in fit for the repo. Throws REFUSED where the owner's secrets cannot be told: it would be lost. */
export function publishable({ home }: Pick<World, 'home'>, folder: FleetFolder): (text: string) => string {
  return toldSecrets(home, folder).clean;
}

/** The same of text that stays as it was written where nothing of it is secret. */
export function withoutSecrets({ home }: Pick<World, 'home'>, folder: FleetFolder): (text: string) => string {
  return toldSecrets(home, folder).hide;
}

function toldSecrets(home: string, folder: FleetFolder): OwnSecrets {
  const own = ownSecretsNow(home, folder);
  if (own.isTold) return own;
  throw new CoordError('REFUSED', 'the secrets of this computer cannot be told, so no text of it is sent', 'coord doctor');
}

/** People read what no program is there for. */
const NO_BOXES: ProgramBoxes = { handOver: async () => false, settled: async () => {} };

/** H2: while a daemon lives here, it keeps the heartbeat by itself, whatever cron does beside it. */
function periodHere(folder: FleetFolder): Pick<Self, 'everyMs'> {
  const everyMs = readCronPeriod(folder);
  return everyMs === null || livingDaemon(folder) !== null ? {} : { everyMs };
}

function selfOf(
  world: World,
  identity: Identity,
  policy: LocalPolicy,
  { agents, services }: Pick<Self, 'services'> & { readonly agents: readonly FoundAgent[] },
): Self {
  const { machine, name, tags } = identity;
  const tools = toolsHere(world.home, identity.path, agents);
  return { machine, name, computer: computerId(world.home), tags, tools, policy, services, version: world.version };
}
