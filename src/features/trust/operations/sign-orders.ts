// Signs what a person has recorded (T6): each entry that the command made or changed, and each word that it said. What somebody else changed
// without a signature is not signed along: `coord sign` shows it first.
import { shellWord } from '../../../core/base/shell-word.ts';
import type { Intention, OrderEdit, PutEdit } from '../../../core/model/ledger/intention.ts';
import type { Order } from '../../../core/model/orders/order.ts';
import { editParts } from '../../../core/orders/edit-parts.ts';
import { CoordError } from '../../../errors.ts';
import type { Recorded, Sealed } from '../../../operations/feature.ts';
import { whoSaid } from '../documents/belief.ts';
import { ordererOf } from '../documents/orderer.ts';
import { type SignedEntry, WORDS, type Word } from '../documents/signatures-document.ts';
import { usesOf } from '../documents/signed-order.ts';
import type { Role, TrustBody } from '../documents/trust-document.ts';
import { createChecks } from '../system/checks.ts';
import { findPersonKey, type PersonKey } from '../system/person-key.ts';
import { readPin } from '../system/trust-pin.ts';
import { type SigningKey, signEntry, signWord, unsignable, withoutSignatures } from './signature-edits.ts';
import { doubtOf, entryOf, lastSnapshot, type Signing, signingIn } from './signing-place.ts';

export interface Signer {
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  nowMs(): number;
}

/** Fingerprints of those who have the role. */
export function keysWith({ people }: TrustBody, role: Role): readonly string[] {
  const checks = createChecks();
  const held = Object.values(people).filter(({ roles }) => roles.includes(role));
  return held.flatMap(({ keys }) => keys.flatMap((key) => checks.fingerprint(key) ?? []));
}

export const NOTHING: Sealed = { edits: [], unsigned: [] };

/** What was recorded, as the board had it before and has it then. */
export interface SigningThere {
  readonly before: Signing;
  readonly after: Signing;
  /** By the entry of ORDERS.json that they are in. */
  readonly said: ReadonlyMap<string, readonly OrderEdit[]>;
  /** Those of `said` that are listed then. */
  readonly listed: readonly (readonly [string, readonly OrderEdit[]])[];
  /** Digests of specs that were saved on this computer and wait here. */
  readonly typed: ReadonlyMap<string, string>;
}

/** Null where this fleet has no signatures, or nothing was said of an order. */
export async function signingThere(
  signer: Pick<Signer, 'home' | 'nowMs'>,
  { folder, ledger, journal, edits }: Recorded,
): Promise<SigningThere | null> {
  const { home } = signer;
  const parts = edits.flatMap(editParts);
  if (parts.length === 0 || readPin(home, folder.root) === null) return null;
  const seen = await lastSnapshot(ledger);
  if (seen === null) return null;
  const place = { home, root: folder.root, nowMs: signer.nowMs() };
  const intentions = await journal.intentions();
  const [before, after] = [
    await signingIn(
      place,
      ledger,
      seen,
      intentions.filter(({ edit }) => !edits.includes(edit) && !isOneOf(edit, edits)),
    ),
    await signingIn(place, ledger, seen, intentions),
  ];
  if (before === null || after === null) return null;
  const said = touched(parts, before, after);
  const listed = [...said].filter(([id]) => after.evidence.entries.has(id));
  return { before, after, said, listed, typed: typedSpecs(intentions) };
}

/** Nothing where this fleet has no signatures. What this person cannot sign, or has not seen, waits for a signature, and they are told. */
export async function sealRecorded(signer: Signer, recorded: Recorded): Promise<Sealed> {
  const there = await signingThere(signer, recorded);
  if (there === null) return NOTHING;
  const { before, after, said, listed } = there;
  const gone = [...said.keys()].filter((id) => !after.evidence.entries.has(id)).flatMap((id) => withoutSignatures(id, before));
  try {
    const key = await findPersonKey({ env: signer.env, file: null, among: keysWith(after.trust, 'order') });
    const made = await signListed(listed, { ...there, key });
    return { ...made, edits: [...gone, ...made.edits] };
  } catch (error) {
    if (!(error instanceof CoordError)) throw error;
    return { edits: gone, unsigned: listed.map(([id]) => waiting(id, error.message)) };
  }
}

export const waiting = (id: string, why: string) => `${id} waits for a signature: ${why}; coord sign ${shellWord(id)}`;

interface SigningHere extends Pick<SigningThere, 'before' | 'after' | 'typed'> {
  readonly key: PersonKey | null;
}

async function signListed(listed: readonly (readonly [string, readonly OrderEdit[]])[], here: SigningHere): Promise<Sealed> {
  const { before, after, key } = here;
  const approvers = keysWith(after.trust, 'approve');
  const [edits, unsigned]: [PutEdit[], string[]] = [[], []];
  for (const [id, said] of listed) {
    const fault = key === null ? 'no key of yours that this fleet trusts is here' : unsignable(id, after);
    if (key === null || fault !== null) {
      if (changesEntry(said) || wordsIn(said, after, id).length > 0) unsigned.push(waiting(id, fault ?? ''));
      continue;
    }
    // T6.1: what an earlier version signed covers words of steps too.
    const isChanged = changesEntry(said) || takesBack(said);
    const isVoided = !isChanged && doubtOf(id, before) === null && doubtOf(id, after) !== null;
    if (isChanged || isVoided) {
      const unseen = isSound(id, said, before) ? unseenUse(id, here, key) : 'somebody changed it who signed nothing';
      if (unseen === null) edits.push(await signEntry(after, id, key));
      else unsigned.push(waiting(id, unseen));
    }
    if (!approvers.includes(key.fingerprint)) continue;
    const again = edits.findLast((edit) => edit.at[1] === id)?.value as SignedEntry | undefined;
    const now = wordsIn(said, after, id);
    const kept = isVoided ? wordsOf(key, id, here).filter((it) => !now.some((other) => isSameWord(it, other))) : [];
    for (const { order, word } of [...now, ...kept]) edits.push(...(await signWord(after, id, order, word, key, again?.at)));
  }
  return { edits, unsigned };
}

function typedSpecs(intentions: readonly Intention[]): ReadonlyMap<string, string> {
  const { digest } = createChecks();
  return new Map(intentions.flatMap(({ edit }) => (edit.kind === 'document' ? [[edit.id, digest(edit.text)]] : [])));
}

/**
 * T6.5: a spec or a template that the order uses, as it stands on the board, and that neither a signature covers nor was written here; null = there
 * is none. Whoever can push has written it, as far as anybody here knows.
 */
export function unseenUse(
  id: string,
  { after, before, typed }: Pick<SigningThere, 'before' | 'after' | 'typed'>,
  { fingerprint }: Pick<SigningKey, 'fingerprint'>,
): string | null {
  const { specs = {}, templates = [] } = usesOf(after.orders.get(id) ?? [], after.evidence.specs, after.evidence.checks.digest);
  const covered = [...before.evidence.entries.keys()].flatMap((entry) => {
    const { orders } = before.evidence.signatures;
    const signed = Object.hasOwn(orders, entry) ? orders[entry] : undefined;
    if (signed === undefined || doubtOf(entry, before) !== null) return [];
    const orderer = ordererOf(before.trust, signed.by, before.evidence.checks);
    if (orderer === null) return [];
    // What agents and others who may not place everything vouch for, they do for what they place.
    const isWhole = orderer.only === undefined;
    return isWhole || signed.by === fingerprint ? signed.uses : [];
  });
  const isKnown = (path: string, digest: string | null) =>
    (digest !== null && typed.get(path) === digest) || covered.some((uses) => uses.specs?.[path] === digest);
  const spec = Object.entries(specs).find(([path, digest]) => !isKnown(path, digest));
  if (spec !== undefined) return `it uses ${spec[0]}, which nobody signed as it stands there`;
  const isNew = templates.some((template) => !covered.some((uses) => uses.templates?.includes(template)));
  return isNew ? 'it uses a template of fleet.yaml that nobody signed as it stands there' : null;
}

/** What the journal gives back is a copy. */
function isOneOf(edit: Intention['edit'], edits: readonly Intention['edit'][]): boolean {
  return edits.some((it) => JSON.stringify(it) === JSON.stringify(edit));
}

/** By the entry of ORDERS.json that they are in. */
function touched(parts: readonly OrderEdit[], before: Signing, after: Signing): ReadonlyMap<string, readonly OrderEdit[]> {
  const found = new Map<string, OrderEdit[]>();
  for (const part of parts) {
    const id = part.kind === 'add' ? part.order.id : part.id;
    const entry = entryOf(after, id) ?? entryOf(before, id) ?? id;
    found.set(entry, [...(found.get(entry) ?? []), part]);
  }
  return found;
}

const APART: readonly string[] = ['cancelled', ...WORDS];

export function changesEntry(said: readonly OrderEdit[]): boolean {
  return said.some((it) => it.kind === 'add' || ((it.kind === 'set' || it.kind === 'unset') && !APART.includes(it.field)));
}

/** A word is taken off: it counts no more, whoever puts it back (T6.9). */
function takesBack(said: readonly OrderEdit[]): boolean {
  const isWord = (field: string) => (WORDS as readonly string[]).includes(field);
  return said.some((it) => (it.kind === 'unset' || (it.kind === 'set' && it.value === false)) && isWord(it.field));
}

/** It was believed before, or these edits made it: nothing of somebody else is signed along. An id that was listed twice is none that they made. */
export function isSound(id: string, said: readonly OrderEdit[], before: Signing): boolean {
  if (before.evidence.entries.has(id)) return doubtOf(id, before) === null;
  return said.some((it) => it.kind === 'add' && it.order.id === id);
}

type SaidOf = { readonly order: Order; readonly word: Word };
type Words = readonly SaidOf[];

const isSameWord = (one: SaidOf, other: SaidOf) => one.order.id === other.order.id && one.word === other.word;

/** The words that this person said with these edits, each with its order. */
function wordsIn(said: readonly OrderEdit[], { orders }: Signing, entry: string): Words {
  return (orders.get(entry) ?? []).flatMap((order) =>
    WORDS.filter((word) =>
      said.some((it) =>
        it.kind === 'add'
          ? it.order[word] !== undefined
          : it.kind === 'set' && it.field === word && (it.id === order.id || it.id === entry),
      ),
    ).map((word) => ({ order, word })),
  );
}

/** The words of this person that counted before, and count with the signature of that entry no more. */
function wordsOf({ fingerprint }: SigningKey, id: string, { before, after }: Pick<SigningThere, 'before' | 'after'>): Words {
  const { entries, signatures } = before.evidence;
  const entry = entries.get(id);
  if (entry === undefined) return [];
  return (after.orders.get(id) ?? []).flatMap((order) =>
    WORDS.filter((word) => {
      const by = Object.hasOwn(signatures.words, order.id) ? signatures.words[order.id]?.[word]?.by : undefined;
      return by === fingerprint && whoSaid(order, entry, word, before.evidence) !== null;
    }).map((word) => ({ order, word })),
  );
}
