// Goes over to signed orders on this machine, and back (T2, T4): who founds the trust of a fleet is its first root person; every other machine
// accepts what stands on the board once a person has compared the fingerprint. Nothing is demanded before it is pinned.
import type { DocumentEdit, PersonEdit } from '../../../core/model/ledger/intention.ts';
import type { Snapshot } from '../../../core/model/ledger/snapshot.ts';
import { documentText } from '../../../documents/document-text.ts';
import { ORDERS_PATH } from '../../../documents/paths.ts';
import { CoordError } from '../../../errors.ts';
import { type EditReport, editOrders, freshView } from '../../../operations/orders/edit-orders.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import { openMachine } from '../../../operations/sync/open-machine.ts';
import type { Ledger } from '../../../ports.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../../system/fleet/identity-file.ts';
import { policyEntry, readPolicy, setInPolicy } from '../../../system/policy/policy-file.ts';
import { admittedHere, knownTrust } from '../adapters/believer.ts';
import { ordersByEntry } from '../documents/belief.ts';
import { settled } from '../documents/invitation.ts';
import { NO_SIGNATURES, parseSignatures, SIGNATURES_PATH, type SignedEntry, WORDS } from '../documents/signatures-document.ts';
import { entriesOf, specsOf, wordValue } from '../documents/signed-order.ts';
import {
  type Principal,
  parseTrust,
  ROLES,
  renderTrust,
  TRUST_NAMESPACE,
  type TrustBody,
  trustPath,
  trustText,
  whyNotNext,
} from '../documents/trust-document.ts';
import { createChecks } from '../system/checks.ts';
import { ensureMachineKey } from '../system/machine-key.ts';
import { findPersonKey, type PersonKey } from '../system/person-key.ts';
import { readPin, writePin } from '../system/trust-pin.ts';
import { type BoardTrust, trustOn } from './board-trust.ts';
import { rootKey } from './root-key.ts';
import { signEntry, signWord, unsignable } from './signature-edits.ts';
import { lastSnapshot, type Signing } from './signing-place.ts';

const checks = createChecks();

/** What a person sees before they say yes. */
export type Proposal =
  | {
      readonly kind: 'found';
      readonly name: string;
      readonly key: PersonKey;
      readonly trust: TrustBody;
      readonly entries: readonly string[];
    }
  | ({ readonly kind: 'accept' } & BoardTrust)
  | { readonly kind: 'pinned'; readonly trust: TrustBody };

export interface OnRequest {
  /** The key file; null = ssh-agent's, or one of ~/.ssh. */
  readonly file: string | null;
  readonly name: string;
}

/** What `trust on` would do here. Changes nothing. */
export async function proposal(world: World, folder: FleetFolder, { file, name }: OnRequest): Promise<Proposal> {
  const pinned = readPin(world.home, folder.root);
  if (pinned !== null) return { kind: 'pinned', trust: pinned };
  await freshView(world, folder);
  return withLedger(world, folder, async (ledger) => {
    const seen = await seenOr(ledger);
    const trust = await trustOn(seen, ledger);
    if (trust !== null) return { kind: 'accept', ...trust };
    const key = await findPersonKey({ env: world.env, file, among: null });
    if (key === null)
      throw new CoordError('NOT_FOUND', 'you have no SSH key here: none in ssh-agent, none in ~/.ssh', 'ssh-keygen -t ed25519');
    const people: Record<string, Principal> = { [name]: { keys: [key.line], roles: ROLES } };
    const machines = { [readIdentity(folder).machine]: { key: ensureMachineKey(world.home, folder.root).line } };
    const body = { version: 1, fleet: world.random.uuid(), before: null, threshold: 1, people, machines };
    const entries = [...entriesOf((await documentText(ledger, seen.main.files, ORDERS_PATH)) ?? '').keys()];
    return { kind: 'found', name, key, trust: body, entries };
  });
}

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

/** Founds the trust of the fleet, with a signature of all that ORDERS.json lists now; demands signatures here once that is on the remote. */
export async function found(
  world: World,
  folder: FleetFolder,
  { key, trust }: Extract<Proposal, { kind: 'found' }>,
): Promise<EditReport> {
  // It is demanded here once it is founded: where that cannot be written down, nothing is founded.
  readPolicy(world.home, folder.root);
  const signatures = [{ by: key.fingerprint, signature: await key.sign(TRUST_NAMESPACE, trustText(trust)) }];
  const edits = await withLedger(world, folder, async (ledger): Promise<readonly PersonEdit[]> => {
    const seen = await seenOr(ledger);
    const first: DocumentEdit = {
      kind: 'document',
      id: trustPath(1),
      text: renderTrust({ body: trust, signatures }),
      from: seen.main.files.get(trustPath(1)) ?? null,
    };
    return [first, ...(await signAll(await signingAs(trust, seen, ledger, world.clock.now().wallMs), key))];
  });
  const report = await editOrders(world, folder, edits);
  if (!report.landed)
    throw new CoordError(
      'UNREACHABLE',
      'the trust of the fleet waits to be sent; signatures are not demanded here yet',
      'coord trust on',
    );
  accept(world, folder, trust);
  return report;
}

async function signingAs(trust: TrustBody, seen: Snapshot, ledger: Pick<Ledger, 'read'>, nowMs: number): Promise<Signing> {
  const specs = new Map<string, string>();
  for (const path of specsOf(seen.orders.orders)) {
    const text = await documentText(ledger, seen.main.files, path);
    if (text !== null) specs.set(path, text);
  }
  const entries = entriesOf((await documentText(ledger, seen.main.files, ORDERS_PATH)) ?? '');
  // Nobody was trusted when they were made. What is signed now takes their place.
  const { asIs = {} } = parseSignatures((await documentText(ledger, seen.main.files, SIGNATURES_PATH)) ?? '').value;
  const signatures = { ...NO_SIGNATURES, asIs };
  const evidence = { trust, signers: null, entries, signatures, specs, newest: {}, nowMs, checks };
  return { trust, refused: null, snapshot: seen, evidence, orders: ordersByEntry(seen.orders), why: new Map() };
}

/** Every entry that can be signed as it stands, and every word that was said of one: whoever founds the trust has seen them. */
async function signAll(signing: Signing, key: PersonKey): Promise<readonly PersonEdit[]> {
  const edits: PersonEdit[] = [];
  for (const [id, orders] of signing.orders) {
    const entry = signing.evidence.entries.get(id);
    if (entry === undefined || unsignable(id, signing) !== null) continue;
    const signed = await signEntry(signing, id, key);
    edits.push(signed);
    const { at } = signed.value as unknown as SignedEntry;
    for (const order of orders)
      for (const word of WORDS.filter((it) => wordValue(entry, order, it) !== undefined))
        edits.push(...(await signWord(signing, id, order, word, key, at)));
  }
  return edits;
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
