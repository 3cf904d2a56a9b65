// The edits of SIGNATURES.json that sign an entry of ORDERS.json, or a word that it carries (T6), and that take such signatures out.
import { shellWord } from '../../../core/base/shell-word.ts';
import { isoTime, parseTime } from '../../../core/base/time.ts';
import type { Json, PutEdit } from '../../../core/model/ledger/intention.ts';
import type { Order } from '../../../core/model/orders/order.ts';
import { CoordError } from '../../../errors.ts';
import { inOneForm } from '../documents/canonical.ts';
import { SIGNATURES_PATH, type SignedEntry, saidAt, type Word } from '../documents/signatures-document.ts';
import { signedAtMs, standingAtMs } from '../documents/signed-at.ts';
import { ORDER_NAMESPACE, orderText, usesOf, WORD_NAMESPACE, wordText, wordValue } from '../documents/signed-order.ts';
import type { PersonKey } from '../system/person-key.ts';
import type { Signing } from './signing-place.ts';

export type SigningKey = Pick<PersonKey, 'fingerprint' | 'sign'>;

/** Why nobody can sign an entry as it stands, whoever they are; null = it can be signed, as far as that. */
export function unsignable(id: string, signing: Signing): string | null {
  const text = inOneForm(() => entryText(id, signing));
  return text === null ? 'it cannot be signed: JSON has no one form for what it says' : null;
}

/** Throws FAILED where the text that is to be signed has no one form. */
function signable<T>(id: string, make: () => T): T {
  const made = inOneForm(make);
  if (made !== null) return made;
  throw new CoordError(
    'FAILED',
    `${id} was not signed: JSON has no one form for what it says`,
    `coord order show ${shellWord(id)}`,
  );
}

function entryText(id: string, { evidence, orders, trust }: Signing, expires?: string) {
  const uses = usesOf(orders.get(id) ?? [], evidence.specs, evidence.checks.digest);
  const signed = { at: isoTime(signedAtMs(id, evidence)), ...(expires === undefined ? {} : { expires }), uses };
  return { signed, text: orderText(trust.fleet, evidence.entries.get(id) ?? {}, signed) };
}

/** Throws FAILED where it cannot be signed. */
export async function signEntry(signing: Signing, id: string, key: SigningKey, expires?: string): Promise<PutEdit> {
  const { signed, text } = signable(id, () => entryText(id, signing, expires));
  const signature = await key.sign(ORDER_NAMESPACE, text);
  const value: SignedEntry = { by: key.fingerprint, ...signed, signature };
  return putAt(['orders', id], value as unknown as Json, id, signing);
}

/** So long an approval lets an order go: what was taken back, and a host never shows, has an end. */
const APPROVED_MS = 30 * 86_400_000;

/** Of one that comes again by itself each time is let go by the same word, and how an order ended is a fact: these have no end. */
function endOf({ schedule, on }: Order, word: Word, atMs: number): { readonly expires?: string } {
  return word === 'approved' && schedule === null && on === undefined ? { expires: isoTime(atMs + APPROVED_MS) } : {};
}

/** `entryAt`: the entry is signed with it, then. Said no earlier than that, or than it was signed (T6.9), whatever the clock says. */
export async function signWord(
  signing: Signing,
  id: string,
  order: Order,
  word: Word,
  key: SigningKey,
  entryAt?: string,
): Promise<readonly PutEdit[]> {
  const { evidence, trust } = signing;
  const entry = evidence.entries.get(id);
  const value = entry === undefined ? undefined : wordValue(entry, order, word);
  if (entry === undefined || value === undefined) return [];
  const atMs = Math.max(evidence.nowMs, entryAt === undefined ? standingAtMs(id, evidence) : parseTime(entryAt) || 0);
  const said = { generation: order.generation, at: isoTime(atMs), ...endOf(order, word, atMs) };
  const text = signable(id, () => wordText(trust.fleet, entry, { order: order.id, word, value, ...said }));
  const signature = await key.sign(WORD_NAMESPACE, text);
  return [putAt(['words', order.id, word], { by: key.fingerprint, ...said, signature }, id, signing)];
}

/** In the place of what stands there, whatever that says of its time (D5.14): it was judged as this was signed. */
function putAt(at: readonly string[], value: Json, order: string, { evidence: { signatures } }: Signing): PutEdit {
  const was = saidAt(signatures, at);
  return { kind: 'put', id: SIGNATURES_PATH, at, value, order, ...(was === null ? {} : { was }) };
}

export function withoutSignatures(id: string, { evidence, orders }: Pick<Signing, 'evidence' | 'orders'>): readonly PutEdit[] {
  const { signatures } = evidence;
  const gone = (at: readonly string[]): PutEdit => ({ kind: 'put', id: SIGNATURES_PATH, at, value: null, order: id });
  const words = [id, ...(orders.get(id) ?? []).map((order) => order.id)].filter((it) => Object.hasOwn(signatures.words, it));
  return [
    ...(Object.hasOwn(signatures.orders, id) ? [gone(['orders', id])] : []),
    ...[...new Set(words)].map((it) => gone(['words', it])),
  ];
}
