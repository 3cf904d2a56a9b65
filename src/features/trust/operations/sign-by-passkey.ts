// Signs on the page, by a passkey (T6.7): an order as it stands, or a person's word for one. What is to be signed is made here, of what the page
// shows; what the passkey answered is checked here, before anything is recorded.
import { shellWord } from '../../../core/base/shell-word.ts';
import { parseTime } from '../../../core/base/time.ts';
import type { PersonEdit, PutEdit } from '../../../core/model/ledger/intention.ts';
import { CoordError } from '../../../errors.ts';
import { approvalEdit, cleanWord, type Word as Resolution, resolutionEdit } from '../../../operations/orders/approve-resolve.ts';
import { shownHere } from '../../../operations/orders/as-seen.ts';
import { type EditReport, editOrders, freshView } from '../../../operations/orders/edit-orders.ts';
import type { World } from '../../../operations/sync/dependencies.ts';
import type { FleetFolder } from '../../../system/fleet/fleet-folder.ts';
import { whoSaid } from '../documents/belief.ts';
import { isPasskey, passkeyHost } from '../documents/passkey-line.ts';
import type { Word } from '../documents/signatures-document.ts';
import type { Role, TrustBody } from '../documents/trust-document.ts';
import { type Assertion, assertionText, challengeOf } from '../system/passkey.ts';
import { checkedOrders, unsignedWordText, withSigning } from './check-signatures.ts';
import { shownText } from './shown-text.ts';
import { type SigningKey, signEntry, signWord } from './signature-edits.ts';
import { doubtOf, entryOf, type Signing } from './signing-place.ts';

/** What a person wants to sign: the order `id`, or their word for it. */
export interface Wish {
  readonly id: string;
  readonly scope: 'order' | Word;
  /** Of `resolved`. */
  readonly ending: Resolution;
}

export interface Prepared {
  /** The order or step that it is said of. */
  readonly order: string;
  readonly at: string;
  /** What the passkey signs, in base64url. It names what was shown. */
  readonly challenge: string;
  /** What a person is shown, whole. */
  readonly text: string;
  /** Words that others said and that this does not sign, each with its order. */
  readonly unsigned: readonly string[];
}

/** As a page on `host` has it from the browser. */
export interface Tapped {
  readonly host: string;
  readonly at: string;
  /** The challenge that was prepared. */
  readonly seen: string;
  readonly assertion: Assertion;
}

/** For a person to read and to find their passkey. */
const TAP_MS = 10 * 60_000;
const CLOCK_MS = 60_000;

export async function prepare(world: World, folder: FleetFolder, wish: Wish): Promise<Prepared> {
  return withWish(world, folder, wish, async (signing, said) => {
    const { namespace, text, entry, at } = await whatIsSigned(signing, said);
    const isOrder = said.word === null;
    return {
      order: said.order,
      at,
      challenge: challengeOf(namespace, Buffer.from(text)),
      text: [...(isOrder ? [] : [wordShown(signing, said)]), shownText(signing, entry)].join('\n'),
      unsigned: isOrder ? (checkedOrders(signing).find((it) => it.id === entry)?.unsignedWords ?? []).map(unsignedWordText) : [],
    };
  });
}

/** Throws FAILED where it is not what was shown, and REFUSED where it is not signed by a passkey that may. */
export async function signByPasskey(world: World, folder: FleetFolder, wish: Wish, tapped: Tapped): Promise<EditReport> {
  const { at, seen, host, assertion } = tapped;
  const { wallMs: nowMs } = world.clock.now();
  if (!(nowMs - parseTime(at) <= TAP_MS))
    throw new CoordError('FAILED', 'it was shown too long ago, so nothing was signed: look at it again', null);
  const { said, edits } = await withWish(world, folder, wish, async (there, said, recorded) => {
    // It is dated as it was shown. One that is ahead of the clock is so because of an earlier signature (T6.6), or is refused.
    const signing = { ...there, evidence: { ...there.evidence, nowMs: Math.min(parseTime(at), nowMs + CLOCK_MS) } };
    const asked = await whatIsSigned(signing, said);
    if (asked.at !== at || challengeOf(asked.namespace, Buffer.from(asked.text)) !== seen)
      throw new CoordError(
        'FAILED',
        `${said.order} was changed since it was shown: nothing was signed; look at it again`,
        `coord order show ${shellWord(said.order)}`,
      );
    const signature = assertionText(assertion);
    const fingerprint = passkeyThatSigned(signing, host, asked, signature);
    return { said, edits: [...recorded, ...(await signed(signing, said, { fingerprint, sign: async () => signature }))] };
  });
  await withSigning(world, folder, false, async (signing) => mustCount(signing, said), edits);
  return editOrders(world, folder, edits);
}

interface Said {
  readonly order: string;
  /** Null = the whole order is signed. */
  readonly word: Word | null;
}

/** `recorded`: what the word adds to ORDERS.json; `signing` has it. */
async function withWish<T>(
  world: World,
  folder: FleetFolder,
  wish: Wish,
  work: (signing: Signing, said: Said, recorded: readonly PersonEdit[]) => Promise<T>,
): Promise<T> {
  const { id, scope, ending } = wish;
  const shown = shownHere(folder);
  const view = await freshView(world, folder);
  if (scope === 'order')
    return withSigning(world, folder, false, async (signing) => work(signing, { order: entryIn(signing, id), word: null }, []));
  const edit =
    scope === 'approved'
      ? approvalEdit(view, folder, shown, { id, named: null, isSigned: true }).edit
      : resolutionEdit(view, folder, shown, id, cleanWord(world, folder, ending));
  if (edit?.seen === undefined)
    throw new CoordError('FAILED', `nothing of ${id} can be said`, `coord order show ${shellWord(id)}`);
  const said: Said = { order: edit.seen.order, word: scope };
  return withSigning(world, folder, false, async (signing) => work(signing, said, [edit]), [edit]);
}

function entryIn(signing: Signing, id: string): string {
  const entry = entryOf(signing, id);
  if (entry === null || !signing.evidence.entries.has(entry))
    throw new CoordError('NOT_FOUND', `no entry ${JSON.stringify(id)} in ORDERS.json`, 'coord order list');
  return entry;
}

async function signed(signing: Signing, { order, word }: Said, key: SigningKey): Promise<readonly PutEdit[]> {
  const entry = entryIn(signing, order);
  if (word === null) return [await signEntry(signing, entry, key)];
  const said = signing.orders.get(entry)?.find(({ id }) => id === order);
  return said === undefined ? [] : signWord(signing, entry, said, word, key);
}

interface Asked {
  readonly entry: string;
  readonly namespace: string;
  readonly text: string;
  readonly role: Role;
  /** When it is signed, as it says. */
  readonly at: string;
}

/** The same that an SSH key would be given. */
async function whatIsSigned(signing: Signing, said: Said): Promise<Asked> {
  const given: (readonly [namespace: string, text: string])[] = [];
  const key: SigningKey = {
    fingerprint: '',
    async sign(namespace, text) {
      given.push([namespace, text]);
      return '';
    },
  };
  const [put] = await signed(signing, said, key);
  const [asked] = given;
  if (asked === undefined || put === undefined)
    throw new CoordError('FAILED', `nothing of ${said.order} can be signed`, 'coord verify');
  const [namespace, text] = asked;
  const { at } = put.value as { readonly at: string };
  return { namespace, text, entry: entryIn(signing, said.order), role: said.word === null ? 'order' : 'approve', at };
}

function wordShown(signing: Signing, { order, word }: Said): string {
  const entry = entryIn(signing, order);
  const said = signing.orders.get(entry)?.find(({ id }) => id === order);
  const how =
    said?.resolved == null
      ? ''
      : ` as ${said.resolved.as.toLowerCase()}${said.resolved.note === null ? '' : ` (${said.resolved.note})`}`;
  return `${word} ${order}${word === 'resolved' ? how : ''}, generation ${said?.generation ?? 1}:`;
}

/** The passkeys that pages on this host may ask, of those who have the role; null = any role. */
export function passkeysOf(
  { people }: TrustBody,
  host: string,
  role: Role | null,
): readonly (readonly [name: string, line: string])[] {
  const held = Object.entries(people).filter(([, { roles }]) => role === null || roles.includes(role));
  return held.flatMap(([name, { keys }]) =>
    keys.filter((line) => isPasskey(line) && passkeyHost(line) === host).map((line) => [name, line] as const),
  );
}

/** Its fingerprint. */
function passkeyThatSigned(
  { trust, evidence }: Signing,
  host: string,
  { namespace, text, role }: Asked,
  signature: string,
): string {
  const { checks } = evidence;
  const candidates = passkeysOf(trust, host, role);
  const found = candidates.find(([, line]) => checks.verify(line, namespace, text, signature));
  const fingerprint = found === undefined ? null : checks.fingerprint(found[1]);
  if (fingerprint !== null) return fingerprint;
  const faults = candidates.map(([, line]) => checks.passkeyFault(line, namespace, text, signature));
  const [fault = `no passkey of pages on ${host} may ${role === 'order' ? 'place orders' : 'approve'} in this fleet`] = faults;
  const why = fault === null || faults.includes(null) ? 'it is of something else than what was shown' : fault;
  throw new CoordError('REFUSED', `nothing was signed: ${why}`, 'coord trust');
}

/** As machines will judge it. */
function mustCount(signing: Signing, { order, word }: Said): void {
  const entry = entryIn(signing, order);
  const { evidence, orders } = signing;
  const said = orders.get(entry)?.find(({ id }) => id === order);
  const isSaid = () =>
    said !== undefined && word !== null && whoSaid(said, evidence.entries.get(entry) ?? {}, word, evidence) !== null;
  const doubt = word === null ? doubtOf(entry, signing) : isSaid() ? null : `the word for ${order} would not count`;
  if (doubt !== null) throw new CoordError('REFUSED', `nothing was signed: ${doubt}`, 'coord trust');
}
