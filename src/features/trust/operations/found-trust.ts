// Founds the trust of a fleet (T2): its first root person signs what ORDERS.json lists, as it was shown to them.
import type { PersonEdit } from '../../../core/model/ledger/intention.ts';
import type { Snapshot } from '../../../core/model/ledger/snapshot.ts';
import { documentText } from '../../../documents/document-text.ts';
import { ORDERS_PATH } from '../../../documents/paths.ts';
import { CoordError } from '../../../errors.ts';
import { type EditReport, editOrders, freshView } from '../../../operations/orders/edit-orders.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import type { Ledger } from '../../../ports.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { readIdentity } from '../../../system/fleet/identity-file.ts';
import { readPolicy } from '../../../system/policy/policy-file.ts';
import { judgedOrders } from '../adapters/judged-orders.ts';
import { ordersByEntry } from '../documents/belief.ts';
import { NO_SIGNATURES, parseSignatures, SIGNATURES_PATH, type SignedEntry, WORDS } from '../documents/signatures-document.ts';
import { entriesOf, specsOf, wordValue } from '../documents/signed-order.ts';
import {
  type Principal,
  ROLES,
  renderTrust,
  TRUST_NAMESPACE,
  type TrustBody,
  trustPath,
  trustText,
} from '../documents/trust-document.ts';
import { createChecks } from '../system/checks.ts';
import { ensureMachineKey } from '../system/machine-key.ts';
import { findPersonKey, type PersonKey } from '../system/person-key.ts';
import { readPin } from '../system/trust-pin.ts';
import { type BoardTrust, trustOn } from './board-trust.ts';
import { checkedOrders } from './check-signatures.ts';
import { changedSince } from './shown-text.ts';
import { signEntry, signWord, unsignable } from './signature-edits.ts';
import type { Signing } from './signing-place.ts';
import { type ToBeSigned, textsOf, toBeSigned } from './to-be-signed.ts';
import { accept, seenOr, withLedger } from './trust-on.ts';

const checks = createChecks();

/** What a person sees before they say yes. */
export type Proposal =
  | {
      readonly kind: 'found';
      readonly name: string;
      readonly key: PersonKey;
      readonly trust: TrustBody;
      /** All that is signed with it. */
      readonly shown: readonly ToBeSigned[];
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
    const signing = await signingAs(body, seen, ledger, world.clock.now().wallMs);
    const orders = checkedOrders(signing).filter(({ id }) => signing.orders.has(id));
    // The words that were said of them are signed along.
    const shown = (await toBeSigned(signing, ledger, orders)).map((it) => ({ ...it, unsignedWords: [] }));
    return { kind: 'found', name, key, trust: body, shown };
  });
}

/**
 * Founds the trust of the fleet, with a signature of all that was shown; demands signatures here once that is on the remote. Throws FAILED where
 * something was changed since then.
 */
export async function found(
  world: World,
  folder: FleetFolder,
  { key, trust, shown }: Extract<Proposal, { kind: 'found' }>,
): Promise<EditReport> {
  // It is demanded here once it is founded: where that cannot be written down, nothing is founded.
  readPolicy(world.home, folder.root);
  await freshView(world, folder);
  const edits = await withLedger(world, folder, async (ledger): Promise<readonly PersonEdit[]> => {
    const seen = await seenOr(ledger);
    if ((await trustOn(seen, ledger)) !== null)
      throw new CoordError('FAILED', 'somebody founded the trust of this fleet meanwhile: nothing was founded', 'coord trust on');
    const signing = await signingAs(trust, seen, ledger, world.clock.now().wallMs);
    const ids = [...signing.orders.keys()].filter((id) => unsignable(id, signing) === null);
    const changed = changedSince(textsOf(shown), ids, signing);
    if (changed !== undefined)
      throw new CoordError('FAILED', `${changed} was changed meanwhile: nothing was founded`, 'coord trust on');
    const signature = await key.sign(TRUST_NAMESPACE, trustText(trust));
    const text = renderTrust({ body: trust, signatures: [{ by: key.fingerprint, signature }] });
    return [{ kind: 'document', id: trustPath(1), text, from: null }, ...(await signAll(signing, ids, key))];
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
  const { why } = await judgedOrders(seen, evidence, ledger);
  return { trust, refused: null, snapshot: seen, evidence, orders: ordersByEntry(seen.orders), why };
}

/** These entries, and every word that was said of one: whoever founds the trust has seen them. */
async function signAll(signing: Signing, ids: readonly string[], key: PersonKey): Promise<readonly PersonEdit[]> {
  const edits: PersonEdit[] = [];
  for (const id of ids) {
    const entry = signing.evidence.entries.get(id);
    if (entry === undefined) continue;
    const signed = await signEntry(signing, id, key);
    edits.push(signed);
    const { at } = signed.value as unknown as SignedEntry;
    for (const order of signing.orders.get(id) ?? [])
      for (const word of WORDS.filter((it) => wordValue(entry, order, it) !== undefined))
        edits.push(...(await signWord(signing, id, order, word, key, at)));
  }
  return edits;
}
