// Reads `SIGNATURES.json` (T6): for each entry of ORDERS.json what a person signed of it, and each word of a person that an entry carries. It
// stands beside ORDERS.json, so that people edit that as ever: what they change there is not covered any more, and waits.
import type { Json } from '../../../core/model/ledger/intention.ts';
import type { DocumentKind } from '../../../documents/document.ts';
import { isRecord } from '../../../documents/json/is-record.ts';
import { withoutMembers } from '../../../documents/json/put-value.ts';
import { isTooLarge } from '../../../documents/text/limits.ts';
import type { Signature } from './trust-document.ts';

export const SIGNATURES_PATH = 'SIGNATURES.json';

export const signaturesDocument: DocumentKind = { owner: 'people', path: SIGNATURES_PATH, without: withoutOrders };

/** Words of a person that an order carries and that let something go. */
export const WORDS = ['approved', 'resolved'] as const;
export type Word = (typeof WORDS)[number];

/** What decides what an order does, and stands in another document. Digests are SHA-256 in hexadecimal digits. */
export interface Uses {
  /** Of the specs that it and its steps name, by path; null = main has none there. */
  readonly specs?: Readonly<Record<string, string | null>>;
  /** Of the templates that make its steps. */
  readonly templates?: readonly string[];
  /** Where fleet.yaml sends it and its steps, by id. */
  readonly routes?: Readonly<Record<string, Json>>;
  /** Ids of those that fleet.yaml asks an approval for. */
  readonly approvals?: readonly string[];
}

export interface SignedEntry extends Signature {
  /** When it was signed, ISO 8601 UTC. */
  readonly at: string;
  /** After that it counts no more, ISO 8601 UTC; absent = it counts until it is changed. */
  readonly expires?: string;
  /** What besides the entry decided what it does. */
  readonly uses: Uses;
}

/** Of one order, which may be a step: the value stands in its entry. */
export interface SignedWord extends Signature {
  readonly at: string;
  /** After that it counts no more, ISO 8601 UTC; absent = it counts until the entry is changed, or signed again. */
  readonly expires?: string;
  readonly generation: number;
}

export interface Signatures {
  readonly orders: Readonly<Record<string, SignedEntry>>;
  readonly words: Readonly<Record<string, { readonly [Name in Word]?: SignedWord }>>;
  /** The whole document, with what is no signature; absent = there is none. */
  readonly asIs?: Readonly<Record<string, unknown>>;
}

/** The time that what stands at a place of the document says, be it a signature or not; null = it says none. */
export function saidAt({ asIs }: Signatures, place: readonly string[]): string | null {
  let now: unknown = asIs;
  for (const name of place) now = isRecord(now) && Object.hasOwn(now, name) ? now[name] : undefined;
  return isRecord(now) && typeof now.at === 'string' ? now.at : null;
}

export const NO_SIGNATURES: Signatures = { orders: {}, words: {} };

/** A text that cannot be read has no signatures; an entry that cannot be read is none. `fault`: what is wrong with the whole. */
export function parseSignatures(text: string): { readonly value: Signatures; readonly fault: string | null } {
  const value = objectIn(text);
  if (value === null) return { value: NO_SIGNATURES, fault: 'no JSON object of at most 1 MiB' };
  const orders = Object.entries(isRecord(value.orders) ? value.orders : {}).filter(([, it]) => isSignedEntry(it));
  const words = Object.entries(isRecord(value.words) ? value.words : {}).flatMap(([id, it]) => {
    const said = Object.entries(isRecord(it) ? it : {}).filter(([name, word]) => isWordName(name) && isSignedWord(word));
    return said.length === 0 ? [] : [[id, Object.fromEntries(said)] as const];
  });
  return { value: { orders: bare(orders), words: bare(words), asIs: value } as Signatures, fault: null };
}

function withoutOrders(text: string, ids: ReadonlySet<string>): string {
  return withoutMembers(text, ['orders', 'words'], ids);
}

/** Programs write it, and each signature is checked: places of mistakes, and names that stand there twice, are nobody's business. */
function objectIn(text: string): Readonly<Record<string, unknown>> | null {
  if (isTooLarge(text)) return null;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function bare(entries: readonly (readonly [string, unknown])[]): object {
  return Object.assign(Object.create(null), Object.fromEntries(entries));
}

function isSignedEntry(value: unknown): value is SignedEntry {
  if (!isSigned(value)) return false;
  const { expires, uses } = value as Readonly<Record<string, unknown>>;
  return (expires === undefined || isTime(expires)) && isUses(uses);
}

/** Of the form that is read here; a name that this version does not know is no harm. */
function isUses(value: unknown): value is Uses {
  if (!isRecord(value)) return false;
  const { specs = {}, templates = [], routes = {}, approvals = [] } = value;
  const isTexts = (it: unknown) => Array.isArray(it) && it.every((one) => typeof one === 'string');
  return isRecord(specs) && isRecord(routes) && isTexts(templates) && isTexts(approvals);
}

function isSignedWord(value: unknown): value is SignedWord {
  if (!isSigned(value)) return false;
  const { expires, generation } = value as Readonly<Record<string, unknown>>;
  return (expires === undefined || isTime(expires)) && Number.isInteger(generation);
}

function isSigned(value: unknown): value is Record<string, unknown> {
  if (!isRecord(value)) return false;
  const { by, signature, at } = value;
  return typeof by === 'string' && typeof signature === 'string' && signature.length <= 8_000 && isTime(at);
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/.test(value);
}

function isWordName(name: string): name is Word {
  return (WORDS as readonly string[]).includes(name);
}
