// Makes a folder a machine of a fleet for `coord init` and `coord join`. Nothing may run here until its owner allows it (O10). After an
// interruption anywhere, the same command goes on where it was.
import { existsSync, mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { webPage } from '../../core/base/host-pages.ts';
import { shellWord } from '../../core/base/shell-word.ts';
import { OWN_NETWORK_PUSHES_PER_MINUTE } from '../../core/model/ledger/fleet.ts';
import type { Snapshot } from '../../core/model/ledger/snapshot.ts';
import type { Self } from '../../core/model/machines/self.ts';
import { because } from '../../core/orders/reason-words.ts';
import { newFleetText } from '../../documents/fleet/fleet.ts';
import { newFrontPage } from '../../documents/fleet/front-page.ts';
import { NEW_ORDERS_TEXT } from '../../documents/orders/apply-edit.ts';
import { FLEET_PATH, ORDERS_PATH } from '../../documents/paths.ts';
import { CoordError } from '../../errors.ts';
import { type Enrolled, enroll } from '../../machine/membership/enroll.ts';
import { ParseCache } from '../../machine/reading/parse-cache.ts';
import type { HeldLock } from '../../system/files/lock.ts';
import { computerId } from '../../system/fleet/computer.ts';
import { takeCycleLock } from '../../system/fleet/cycle-lock.ts';
import { type FleetFolder, fleetFolderAt } from '../../system/fleet/fleet-folder.ts';
import { type Identity, identityBefore, writeIdentity } from '../../system/fleet/identity-file.ts';
import { knownRoot, knowsMachine } from '../../system/fleet/known-roots.ts';
import { isInOwnNetwork } from '../../system/git/own-network.ts';
import { parseRemoteUrl } from '../../system/git/remote-url.ts';
import { withoutCredentials } from '../../system/git/without-credentials.ts';
import { toolsHere } from '../../system/policy/own-tools.ts';
import { readPolicy } from '../../system/policy/policy-file.ts';
import { policyInForce } from '../../system/policy/policy-in-force.ts';
import type { ReachedRemote, World } from '../sync/dependencies.ts';
import { type SyncReport, sync } from '../sync/sync.ts';
import { leftHere, mustBeUsable, noFleet, otherFleet, repoName, setAside, withoutIdentity } from './join-place.ts';
import { allowNothing } from './join-policy.ts';
import { nameFor } from './machine-name.ts';
import { agentsOnPath } from './tools.ts';

export interface JoinRequest {
  /** As typed; null = a repo in the folder itself (init only). */
  readonly url: string | null;
  /** As typed; null = the repo's name, or this folder for a repo of its own. */
  readonly dir: string | null;
  readonly name: string | null;
  /** Null = none; with `as`, what the machine had. */
  readonly tags: readonly string[] | null;
  readonly slots: number | null;
  /** The number of a machine that was there before (I2). */
  readonly as: number | null;
  /** It may become another machine beside the one that it is, or, with `as`, one that another computer was just heard as; else that throws ANOTHER_MACHINE. */
  readonly again?: boolean;
  /** init lays down a board where there is none. */
  readonly mayFound: boolean;
  /** Whether an empty repo gets a README.md that links to the board; absent = no. */
  readonly readme?: boolean;
}

export interface JoinReport {
  readonly machine: number;
  readonly name: string;
  readonly folder: string;
  readonly remote: string;
  /** The address that was given held a login. */
  readonly hasLogin: boolean;
  readonly founded: boolean;
  /** It took over what this machine was before. */
  readonly isBack: boolean;
  /** Lines on what was taken over from the person's git settings. */
  readonly imported: readonly string[];
  readonly allows: readonly string[];
  /** Names of what was said of this folder in policy.yaml before, and is no more. */
  readonly takenBack: readonly string[];
  /** AI agents that seem to be installed here; nothing of them is said before its owner allows agents. */
  readonly agents: readonly string[];
  readonly branches: boolean;
  readonly sync: SyncReport;
}

const LOCK_WAIT_MS = 60_000;

export async function joinFleet(world: World, request: JoinRequest): Promise<JoinReport> {
  const place = resolve(world.cwd, request.dir ?? (request.url === null ? '.' : repoName(request.url)));
  const folder = fleetFolderAt(knownRoot(place, world.home));
  mustBeUsable(folder, world.home, request.mayFound ? 'init' : 'join');
  // Its entry is written once it is enrolled: where that could not be, it is not.
  readPolicy(world.home, folder.root);
  const remote = request.url === null ? null : await world.remotes.parse(request.url);
  const made = mkdirSync(folder.state, { recursive: true, mode: 0o700 });
  const lock = await takeCycleLock(folder, LOCK_WAIT_MS);
  try {
    const left = await leftHere(world, folder, request.as, remote?.display ?? null);
    const typed = remote?.url ?? join(folder.state, 'hub.git');
    if (left !== null && withoutCredentials(left.remote) !== withoutCredentials(typed)) throw otherFleet(folder, left);
    // The command that brings a machine back shows no login: the folder knows it.
    const known = (left ?? setAside(folder))?.remote ?? null;
    const isKnown = known !== null && withoutCredentials(known) === withoutCredentials(typed);
    const url = isKnown && typed === withoutCredentials(known) ? known : typed;
    if (remote === null && !existsSync(url)) await world.remotes.createHub(url);
    const imported = await world.remotes.importSettings(folder.state);
    const sight = await world.remotes.inspect(folder.state, url);
    const display = remote?.display ?? url;
    if (sight.kind === 'unreachable') {
      throw new CoordError(
        'UNREACHABLE',
        `${display} was not reached: ${sight.trouble.message}`,
        `git ls-remote ${shellWord(display)}`,
      );
    }
    if (!request.mayFound && sight.empty && sight.lanes.length === 0) throw noFleet(display);
    const namespace = await world.remotes.namespaceFor(folder.state, url, sight);
    const target = { url, display, sight, namespace };
    // What the last sync left says it too: a join that was killed goes on without the identity.
    const wasOfThisFleet = isKnown || identityBefore(folder)?.remote === display;
    const { enrolled, identity, slots } = await withoutIdentity(world, folder, left, () =>
      enrollHere(world, folder, lock, request, target),
    );
    const takenBack = await allowNothing(world, folder, wasOfThisFleet, slots);
    writeIdentity(folder, identity);
    rmSync(folder.identityLeft, { force: true });
    await lock.release();
    const report = await sync(world, folder);
    const allows = policyInForce(world.home, folder.root).policy.allow;
    return {
      machine: enrolled.machine,
      name: identity.name,
      folder: folder.root,
      remote: display,
      hasLogin: remote !== null && remote.url !== display,
      founded: enrolled.founded,
      isBack: request.as !== null,
      imported,
      allows,
      takenBack,
      agents: agentsOnPath(identity.path),
      branches: namespace === 'branches',
      sync: report,
    };
  } finally {
    await lock.release();
    // Without a journal nothing was said yet (R3).
    if (made !== undefined && !existsSync(folder.journal)) removeMade(folder, made);
  }
}

/** A join that came to nothing leaves nothing: its own state, and the folders that it made for it if nobody else uses them. */
function removeMade(folder: FleetFolder, made: string): void {
  rmSync(folder.state, { recursive: true, force: true });
  try {
    for (let at = dirname(folder.state); at.startsWith(made); at = dirname(at)) rmdirSync(at);
  } catch {
    // Not empty: somebody else's now.
  }
}

interface Target {
  readonly url: string;
  readonly display: string;
  readonly sight: ReachedRemote;
  readonly namespace: Identity['namespace'];
}

async function enrollHere(
  world: World,
  folder: FleetFolder,
  lock: HeldLock,
  request: JoinRequest,
  target: Target,
): Promise<{ enrolled: Enrolled; identity: Identity; slots: number }> {
  const identityAs = (machine: number, name: string, tags: readonly string[]): Identity => ({
    version: 1,
    machine,
    name,
    tags,
    remote: target.url,
    branch: target.sight.defaultBranch,
    namespace: target.namespace,
    path: world.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    joinedAt: new Date(world.clock.now().wallMs).toISOString(),
  });
  const agents = (await world.features()).flatMap((feature) => feature.agents?.found() ?? []);
  const adapters = await world.open(folder, identityAs(0, '', []));
  try {
    const policy = { allow: [], folders: [], env: [], timeoutMsMax: 0 };
    const selfAs = (machine: number, snapshot: Snapshot | null): Self => {
      const before = request.as === null ? undefined : snapshot?.machines.get(machine)?.document;
      const name = nameFor(request.name ?? before?.name ?? null, machine, snapshot);
      const tags = request.tags ?? before?.tags ?? [];
      const slots = request.slots ?? before?.slots ?? 1;
      const computer = computerId(world.home);
      const tools = toolsHere(world.home, world.env.PATH ?? '', agents);
      return { machine, name, computer, tags, tools, policy: { ...policy, slots }, services: [], version: world.version };
    };
    const machine = {
      ...adapters,
      clock: world.clock,
      random: world.random,
      cache: new ParseCache(),
      installed: () => [],
      boxes: { handOver: async () => false, settled: async () => {} },
      self: async () => selfAs(0, null),
      place: async () => ({ blocked: because.notPlaced('joining') }),
      clean: (text: string) => text,
      assertLocked: () => lock.assertOwned(),
      step: world.step,
    };
    const fleetName = request.url === null ? basename(folder.root) : repoName(target.display);
    const found = new Map([
      [ORDERS_PATH, NEW_ORDERS_TEXT],
      [
        FLEET_PATH,
        newFleetText({
          name: fleetName,
          url: webPage(target.display),
          pushesPerMinute: isInOwnNetwork(parseRemoteUrl(target.url, world)) ? OWN_NETWORK_PUSHES_PER_MINUTE : null,
        }),
      ],
    ]);
    const frontPage = request.readme === true ? newFrontPage(fleetName) : null;
    const people = request.mayFound ? found : null;
    const { as, again = false } = request;
    const wasHere = as !== null && knowsMachine(world.home, target.url, as);
    const enrolled = await enroll(machine, { selfAs, found: people, as, again, wasHere, frontPage });
    const { tags, policy: allowed } = selfAs(enrolled.machine, enrolled.snapshot);
    return { enrolled, identity: identityAs(enrolled.machine, enrolled.name, tags), slots: allowed.slots };
  } finally {
    await adapters.ledger.close();
  }
}
