// Goes over to signed orders on this machine, and back (T2, T4): it accepts what stands on the board once a person has compared the fingerprint, or
// has founded it (found-trust.ts). Nothing is demanded before it is pinned.
import type { Snapshot } from '../../../core/model/ledger/snapshot.ts';
import { documentText } from '../../../documents/document-text.ts';
import { CoordError } from '../../../errors.ts';
import { editOrders, freshView } from '../../../operations/orders/edit-orders.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { openMachine } from '../../../operations/sync/open-machine.ts';
import type { Ledger } from '../../../ports.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { policyEntry, readPolicy, setInPolicy } from '../../../system/policy/policy-file.ts';
import { admittedHere, knownTrust } from '../adapters/known-trust.ts';
import { settled } from '../documents/invitation.ts';
import {
  parseTrust,
  renderTrust,
  TRUST_NAMESPACE,
  type TrustBody,
  trustPath,
  trustText,
  whyNotNext,
} from '../documents/trust-document.ts';
import { createChecks } from '../system/checks.ts';
import { ensureMachineKey } from '../system/machine-key.ts';
import { writePin } from '../system/trust-pin.ts';
import { rootKey } from './root-key.ts';
import { lastSnapshot } from './signing-place.ts';

const checks = createChecks();

/** Pins what was accepted, and demands signatures here from now on. */
export function accept(world: World, folder: FleetFolder, trust: TrustBody): void {
  writePin(world.home, folder.root, trust);
  ensureMachineKey(world.home, folder.root);
  demandSignatures(world, folder);
}

/** What the owner demands already stays: it may be more. */
export function demandSignatures({ home }: Pick<World, 'home'>, { root }: Pick<FleetFolder, 'root'>): void {
  const isWritten = policyEntry(home, root) !== null && readPolicy(home, root).trust !== undefined;
  if (!isWritten) setInPolicy(home, root, ['trust'], 'signed');
}

/** Orders need no signatures here any more. What was accepted stays pinned. */
export function off(world: World, folder: FleetFolder): void {
  setInPolicy(world.home, folder.root, ['trust'], null);
}

export type TrustChange = Pick<TrustBody, 'people' | 'machines' | 'invited'>;

export interface ChangedTrust {
  readonly body: TrustBody;
  /** False = it waits in the outbox here. */
  readonly landed: boolean;
  /** Fingerprint of the root key that signed it. */
  readonly by: string;
  /** T4: machines that came in by an invitation, and are named in this version. */
  readonly came: readonly number[];
}

/** Signs and sends the version after the one that is pinned here. Throws REFUSED where this person has no key of a root. */
export async function changeTrust(
  world: World,
  folder: FleetFolder,
  file: string | null,
  change: (body: TrustBody) => TrustChange,
): Promise<ChangedTrust> {
  await freshView(world, folder);
  const place = { home: world.home, root: folder.root };
  const { body, by, edit, came } = await withLedger(world, folder, async (ledger) => {
    const seen = await seenOr(ledger);
    const known = await knownTrust(place, seen, ledger);
    if (known === null) throw notPinned();
    const { trust } = known;
    const nowMs = world.clock.now().wallMs;
    const before = settled(trust, admittedHere(place, trust, seen, nowMs), nowMs);
    const key = await rootKey(world, trust, file);
    const { invited, ...changed } = change(before);
    const { invited: _before, ...rest } = before;
    const body: TrustBody = {
      ...rest,
      ...changed,
      ...(invited === undefined || Object.keys(invited).length === 0 ? {} : { invited }),
      version: trust.version + 1,
      before: checks.digest(trustText(trust)),
    };
    const path = trustPath(body.version);
    const proposed = parseTrust((await documentText(ledger, seen.main.files, path)) ?? '');
    const isSame = proposed !== null && trustText(proposed.body) === trustText(body);
    const others = isSame ? proposed.signatures.filter(({ by }) => by !== key.fingerprint) : [];
    const signatures = [...others, { by: key.fingerprint, signature: await key.sign(TRUST_NAMESPACE, trustText(body)) }];
    const why = whyNotNext(trust, { body, signatures }, checks);
    if (why !== null && signatures.length >= trust.threshold)
      throw new CoordError('REFUSED', `nothing was changed: ${why}`, 'coord trust');
    const from = seen.main.files.get(path) ?? null;
    const came = Object.keys(before.machines).filter((it) => trust.machines[it] === undefined && body.machines[it] !== undefined);
    const edit = { kind: 'document' as const, id: path, text: renderTrust({ body, signatures }), from };
    return { body, by: key.fingerprint, edit, came };
  });
  const { landed } = await editOrders(world, folder, [edit]);
  return { body, landed, by, came: came.map(Number) };
}

/** Of a machine whose policy asks for none. */
export function noneDemanded(): CoordError {
  return new CoordError(
    'REFUSED',
    'no signatures are demanded on this machine',
    'coord trust on, to demand them (docs/trust.md)',
  );
}

export function notPinned(): CoordError {
  return new CoordError('REFUSED', 'this machine has accepted no trust of this fleet yet', 'coord trust on');
}

export async function withLedger<T>(world: World, folder: FleetFolder, work: (ledger: Ledger) => Promise<T>): Promise<T> {
  const { ledger } = await openMachine(world, folder);
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}

export async function seenOr(ledger: Ledger): Promise<Snapshot> {
  const seen = await lastSnapshot(ledger);
  if (seen === null) throw new CoordError('UNREACHABLE', 'the remote was never reached from here', 'coord sync');
  return seen;
}
