// What a join brings besides an address (T4): an invitation, or the fingerprint of a root key that a person was told. Then signatures are demanded
// here before anything is looked at, so that where it does not prove right nothing starts. Without either, a person is shown the root and asked.
import { parseTime } from '../../../core/base/time.ts';
import { CoordError } from '../../../errors.ts';
import type { Arrival } from '../../../operations/feature.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { sync } from '../../../operations/sync/sync.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../../system/fleet/identity-file.ts';
import { policyInForce } from '../../../system/policy/policy-in-force.ts';
import { type Known, knownTrust } from '../adapters/known-trust.ts';
import { arrivalText, type InviteLine, readInviteLine } from '../documents/invitation.ts';
import { type TrustBody, trustPath, whoHas, whyOther } from '../documents/trust-document.ts';
import { createChecks } from '../system/checks.ts';
import { publicOf, signWithSecret } from '../system/invite-secret.ts';
import { ensureMachineKey, writeProof } from '../system/machine-key.ts';
import { isPinned } from '../system/trust-pin.ts';
import { type BoardTrust, mustBeOf, rootLines, trustOn } from './board-trust.ts';
import { accept, changeTrust, demandSignatures, seenOr, withLedger } from './trust-on.ts';

const checks = createChecks();

/** `word`: what stands in the place of the address. `trust`: of a root key. Throws USAGE. */
export function arrivalOf(world: World, word: string, trust: string | null): Arrival {
  const line = readInviteLine(word);
  if (line === 'broken')
    throw new CoordError(
      'USAGE',
      'that is no whole line of coord invite: it was cut off, or changed',
      'coord invite <name>, on a machine of the fleet',
    );
  if (line !== null && trust !== null && trust !== line.root)
    throw new CoordError('USAGE', `the invitation is of ${line.root}, not of ${trust}`, 'coord join --help');
  if (trust !== null && !/^SHA256:[A-Za-z0-9+/]{43}$/.test(trust))
    throw new CoordError('USAGE', `expected --trust as SHA256:…, found ${trust}`, 'coord trust, on a machine of the fleet');
  const url = line?.url ?? word;
  const name = line?.name ?? null;
  const root = line?.root ?? trust;
  return {
    url,
    name,
    async settle(folder, ask) {
      if (root === null) return asked(world, folder, ask);
      demandSignatures(world, folder);
      const pinned = await pinnedFrom(world, folder);
      if (pinned !== null) mustHaveRoot(pinned, root);
      try {
        return await goOver(world, folder, pinned ?? (await acceptedFrom(world, folder, root)), line);
      } catch (error) {
        if (!(error instanceof CoordError)) throw error;
        throw new CoordError(error.code, `it has joined, and nothing starts here: ${error.message}`, 'coord trust on');
      }
    },
  };
}

/** Nobody said whom to trust: what is pinned from before is. */
async function asked(world: World, folder: FleetFolder, ask: Parameters<Arrival['settle']>[1]): Promise<readonly string[]> {
  const place = { home: world.home, root: folder.root };
  const isDemanded = policyInForce(place.home, place.root).policy.trust !== undefined;
  const { known, board } = await withLedger(world, folder, async (ledger) => {
    const seen = await seenOr(ledger);
    return { known: isDemanded ? await knownTrust(place, seen, ledger) : null, board: await trustOn(seen, ledger) };
  });
  if (known !== null) {
    mustFit(known, board);
    return goOver(world, folder, known.trust, null);
  }
  const question = 'Is this the one that you know?';
  const isNew = board !== null && !isPinned(place.home, place.root);
  const isKnown = isNew && ask !== null && (await ask(rootLines(board), question));
  if (isKnown) return goOver(world, folder, board.trust, null);
  if (isDemanded)
    return ['signatures are demanded here as before, and nobody is trusted yet: coord trust on, or coord trust off'];
  return board === null ? [] : ['people sign the orders of this fleet; to demand that here too: coord trust on'];
}

/** T2.2: what is pinned stays, whatever is shown, and whoever joins hears of it. */
function mustFit({ trust, refused }: Known, board: BoardTrust | null): void {
  const other = board === null ? null : whyOther(trust, board.trust);
  const said = refused ?? (board === null || other === null ? null : `${trustPath(board.trust.version)} is not taken: ${other}`);
  if (said !== null) throw new CoordError('REFUSED', `it has joined, and goes by the trust from before: ${said}`, 'coord trust');
}

/** This folder was here before: it never goes over to another line of versions. Null = nothing is pinned. */
async function pinnedFrom(world: World, folder: FleetFolder): Promise<TrustBody | null> {
  const place = { home: world.home, root: folder.root };
  if (!isPinned(place.home, place.root)) return null;
  return withLedger(world, folder, async (ledger) => (await knownTrust(place, await seenOr(ledger), ledger))?.trust ?? null);
}

/** T2.2: what is pinned stays, and whoever named another root hears of it. */
function mustHaveRoot(trust: TrustBody, root: string): void {
  if (whoHas(trust, root, 'root', checks) !== null) return;
  throw new CoordError(
    'REFUSED',
    `it has joined, and goes by the trust from before, of which ${root} is no root key`,
    'coord trust, which shows those that are',
  );
}

async function acceptedFrom(world: World, folder: FleetFolder, root: string): Promise<TrustBody> {
  return withLedger(world, folder, async (ledger) => {
    const board = await trustOn(await seenOr(ledger), ledger);
    if (board === null) throw new CoordError('REFUSED', 'nobody has founded the trust of this fleet', 'coord trust on');
    mustBeOf(board, root);
    return board.trust;
  });
}

async function goOver(world: World, folder: FleetFolder, trust: TrustBody, line: InviteLine | null): Promise<readonly string[]> {
  if (line !== null) mustBeInvited(world, trust, line);
  accept(world, folder, trust);
  if (line !== null) prove(world, folder, trust, line);
  await sync(world, folder);
  const { machine } = readIdentity(folder);
  const named = trust.machines[machine];
  if (named?.key === ensureMachineKey(world.home, folder.root).line) return ['signatures are demanded here'];
  if (named !== undefined) return admittedAnew(world, folder, machine);
  if (line !== null) return [`signatures are demanded here · invited as ${line.name}: others go by what it says`];
  return [`signatures are demanded here · so that others go by what it says, a root person: coord trust admit ${machine}`];
}

/** I2, T11: others know this number by another key, and go by this one once a root person says so; whoever has that key here has said it. */
async function admittedAnew(world: World, folder: FleetFolder, machine: number): Promise<readonly string[]> {
  const { line: key } = ensureMachineKey(world.home, folder.root);
  try {
    await changeTrust(world, folder, null, (before) => ({ ...before, machines: { ...before.machines, [machine]: { key } } }));
  } catch (error) {
    if (!(error instanceof CoordError)) throw error;
    return [
      `signatures are demanded here · this number has another key in the trust; a root person: coord trust admit ${machine}`,
    ];
  }
  await sync(world, folder);
  return [`signatures are demanded here · machine ${machine} is admitted with its new key`];
}

function mustBeInvited(world: World, { invited = {} }: TrustBody, { secret }: InviteLine): void {
  const key = publicOf(secret);
  const found = Object.values(invited).find((it) => it.key === key);
  if (found === undefined)
    throw new CoordError('REFUSED', 'the invitation is not there: used, taken back, or not sent yet', null);
  if (!(parseTime(found.expires) > world.clock.now().wallMs))
    throw new CoordError('REFUSED', `the invitation ended ${found.expires}`, null);
}

function prove({ home }: World, folder: FleetFolder, { fleet }: TrustBody, { secret }: InviteLine): void {
  const { machine } = readIdentity(folder);
  const { line: key } = ensureMachineKey(home, folder.root);
  writeProof(home, folder.root, signWithSecret(secret, arrivalText(fleet, { machine, key })));
}
