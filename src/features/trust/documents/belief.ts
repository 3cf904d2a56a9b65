// What a machine that demands signatures believes of ORDERS.json (T6, T7, T11). An order that nobody vouches for is not removed: it stands there
// with the reason, and does not start. Words of people that nobody vouches for let nothing go. Pure; the checks are handed in.
import { andMore } from '../../../core/base/counted.ts';
import { parseTime } from '../../../core/base/time.ts';
import type { Json } from '../../../core/model/ledger/intention.ts';
import type { Snapshot } from '../../../core/model/ledger/snapshot.ts';
import type { Order, OrdersDocument } from '../../../core/model/orders/order.ts';
import { canonical, inOneForm } from './canonical.ts';
import { whyNotHere, whyNotTheirs } from './narrowed.ts';
import { type Orderer, ordererOf } from './orderer.ts';
import type { Signatures, SignedEntry, Uses, Word } from './signatures-document.ts';
import { changedNames, entryId, orderText, rightText, usesOf, WORD_NAMESPACE, wordText, wordValue } from './signed-order.ts';
import { type Checks, type Holder, type TrustBody, whoHas } from './trust-document.ts';

type Entry = Readonly<Record<string, Json>>;

/** By the id of an entry: the newest signature of it that was ever checked here. */
export type Newest = Readonly<Record<string, CheckedSignature>>;

export interface CheckedSignature {
  /** When it was made, in milliseconds. */
  readonly at: number;
  /** The version of ORDERS.json that has the entry as it was signed, by the id of its content; absent = that was not noted. */
  readonly in?: string;
  /** When this machine saw that it is not listed any more, in milliseconds; absent = it is. */
  readonly left?: number;
  /** It was not listed for so long that its signature has ended. */
  readonly isOver?: true;
}

export interface Evidence {
  readonly trust: TrustBody;
  /** The owner of this computer lets these people alone order here; null = whoever the fleet trusts. */
  readonly signers: readonly string[] | null;
  /** The number of this machine; absent = it is looked at for people, and not to be started. */
  readonly machine?: number;
  readonly entries: ReadonlyMap<string, Entry>;
  /** As main has them, where `entries` has edits of this computer on top; absent = that was not looked for. */
  readonly onMain?: ReadonlyMap<string, Entry>;
  /** Their ORDERS.json, by the id of its content; absent = it is not on main. */
  readonly ordersId?: string;
  /** The same of SIGNATURES.json. */
  readonly signaturesId?: string;
  /** As they were when this machine checked their signature; whoever reads them here checks that again. Absent = it was not looked for. */
  readonly before?: ReadonlyMap<string, Entry>;
  readonly signatures: Signatures;
  /** Texts of specs on main, by path. */
  readonly specs: ReadonlyMap<string, string>;
  readonly newest: Newest;
  readonly nowMs: number;
  readonly checks: Checks;
}

type View = Pick<Snapshot, 'orders'>;

export interface JudgedOrders {
  /** The same orders, in the same order. */
  readonly orders: OrdersDocument;
  /** Of each entry that is not believed. */
  readonly why: ReadonlyMap<string, string>;
  /** Entries, with their steps, that are not what anybody signed who is trusted; of others that are not believed, the signature has ended, or they start on other machines. */
  readonly uncovered: ReadonlySet<string>;
  /** Entries that somebody who is trusted signed as something else, now or ever. */
  readonly changed: readonly string[];
  /** The same object where no newer signature was checked. */
  readonly newest: Newest;
}

export function believedOrders(view: View, evidence: Evidence): JudgedOrders {
  const why = new Map<string, string>();
  const uncovered = new Set<string>();
  const signed = new Map<string, SignedEntry>();
  const newer: Record<string, CheckedSignature> = {};
  const changed: string[] = [];
  for (const [id, orders] of ordersByEntry(view.orders)) {
    const judged = judgeEntry(id, orders, evidence);
    if ('why' in judged) {
      why.set(id, judged.why);
      if (judged.isChanged) changed.push(id);
      for (const one of [id, ...orders.map((order) => order.id)]) uncovered.add(one);
      continue;
    }
    const { at, expires } = judged.signed;
    if (parseTime(at) > newestOf(id, evidence))
      newer[id] = { at: parseTime(at), ...(evidence.ordersId === undefined ? {} : { in: evidence.ordersId }) };
    if (expires !== undefined && !(parseTime(expires) > evidence.nowMs))
      why.set(id, `the signature of ${judged.by.name} ended ${expires}`);
    else if (evidence.machine !== undefined && whyNotHere(judged.by, evidence.machine) !== null)
      why.set(id, whyNotHere(judged.by, evidence.machine) ?? '');
    else signed.set(id, judged.signed);
  }
  const orders = view.orders.orders.map((order) => {
    const id = entryId(order);
    const doubt = why.get(id);
    const entry = evidence.entries.get(id);
    const told = withoutDoubtedWords(order, entry, evidence);
    if (doubt !== undefined) return { ...told, unbelieved: doubt };
    return signed.get(id)?.uses.approvals?.includes(order.id) === true && !told.approval ? { ...told, approval: true } : told;
  });
  const newest = Object.keys(newer).length === 0 ? evidence.newest : { ...evidence.newest, ...newer };
  return { orders: { ...view.orders, orders }, why, uncovered, changed, newest };
}

/** When the newest signature of it that was checked here was made; 0 = none was. */
export function newestOf(id: string, { newest }: Pick<Evidence, 'newest'>): number {
  return Object.hasOwn(newest, id) ? (newest[id]?.at ?? 0) : 0;
}

function isOver(id: string, { at }: SignedEntry, { newest }: Pick<Evidence, 'newest'>): boolean {
  const known = Object.hasOwn(newest, id) ? newest[id] : undefined;
  return known?.isOver === true && !(parseTime(at) > known.at);
}

/** The orders of each entry of ORDERS.json, by the id of the entry. */
export function ordersByEntry({ orders }: OrdersDocument): ReadonlyMap<string, readonly Order[]> {
  const found = new Map<string, Order[]>();
  for (const order of orders) {
    const known = found.get(entryId(order));
    if (known === undefined) found.set(entryId(order), [order]);
    else known.push(order);
  }
  return found;
}

interface Covered {
  readonly signed: SignedEntry;
  readonly by: Holder;
}

interface Doubted {
  readonly why: string;
  /** Its signature is that of another entry, as far as anybody knows. */
  readonly isChanged?: true;
}

/** Its signature if it covers the entry as it is, ended or not, or why it is not believed. */
function judgeEntry(id: string, orders: readonly Order[], evidence: Evidence): Covered | Doubted {
  const { trust, signers, entries, signatures, specs, checks } = evidence;
  const entry = entries.get(id);
  const signed = Object.hasOwn(signatures.orders, id) ? signatures.orders[id] : undefined;
  if (entry === undefined || signed === undefined) return { why: `waits for a signature: nobody signed ${id}` };
  try {
    const holder = ordererOf(trust, signed.by, checks);
    if (holder === null) return { why: `waits for a signature: ${signed.by} may not place orders` };
    if (signers !== null && !signers.includes(holder.name))
      return { why: `signed by ${holder.name}, whose orders the policy here does not take` };
    const notTheirs = whyNotTheirs(holder, id, orders);
    if (notTheirs !== null) return { why: notTheirs };
    if (!isSignedBy(holder, entry, signed, evidence)) {
      const text = orderText(trust.fleet, entry, signed);
      const fault = checks.passkeyFault(holder.key, holder.namespace, text, signed.signature);
      if (fault !== null) return { why: `waits for a signature: the passkey of ${holder.name}: ${fault}` };
      return {
        why: `waits for a signature: ${changedWords(id, holder, signed, evidence)} changed after ${holder.name} signed it`,
        isChanged: true,
      };
    }
    if (!(parseTime(signed.at) >= newestOf(id, evidence)))
      return { why: `waits for a signature: it was signed again since, and this is what ${holder.name} signed before` };
    if (isOver(id, signed, evidence))
      return { why: `waits for a signature: it left the list a month ago or more, and that of ${holder.name} ended with it` };
    const changed = changedUse(signed.uses, usesOf(orders, specs, checks.digest));
    return changed === null
      ? { signed, by: holder }
      : { why: `waits for a signature: ${changed} changed after ${holder.name} signed it` };
  } catch (error) {
    return { why: `its signature cannot be checked: ${(error as Error).message}` };
  }
}

/** It is the signature of this entry, be it as an earlier version signed. Throws NoOneForm. */
export function isSignedBy(
  { key, namespace }: Orderer,
  entry: Entry,
  signed: SignedEntry,
  { trust, checks }: Pick<Evidence, 'trust' | 'checks'>,
): boolean {
  const isRight = (text: string) => checks.verify(key, namespace, text, signed.signature);
  return rightText((covering) => orderText(trust.fleet, entry, signed, covering), isRight) !== null;
}

const NAMES_SHOWN = 3;

/** What this machine knows of that: which fields, if it has seen the entry as this signature covers it. */
function changedWords(id: string, orderer: Orderer, signed: SignedEntry, evidence: Evidence): string {
  const [was, is] = [evidence.before?.get(id), evidence.entries.get(id)];
  if (was === undefined || is === undefined || !isSignedBy(orderer, was, signed, evidence)) return 'it was';
  const names = changedNames(was, is);
  // An earlier version signed words too, and one of these is another now.
  if (names.length === 0) return 'it was';
  const shown = names
    .slice(0, NAMES_SHOWN)
    .map((name) => (/^[\w-]{1,30}$/.test(name) ? name : JSON.stringify(name.slice(0, 30))));
  return names.length === 1 ? `field ${shown[0]} was` : `fields ${shown.join(', ')}${andMore(names.length - NAMES_SHOWN)} were`;
}

/** What decides besides the entry and is another one now; null = nothing. More approvals than were asked for are no harm. */
function changedUse(signed: Uses, now: Uses): string | null {
  const isSame = (one: unknown, other: unknown) => canonical((one ?? null) as Json) === canonical((other ?? null) as Json);
  const path = [...Object.keys(signed.specs ?? {}), ...Object.keys(now.specs ?? {})].find(
    (it) => !isSame(signed.specs?.[it], now.specs?.[it]),
  );
  if (path !== undefined) return path;
  if (!isSame(signed.templates, now.templates)) return 'its template in fleet.yaml';
  return isSame(signed.routes, now.routes) ? null : 'its route in fleet.yaml';
}

/** Without words that let it or others go and that nobody signed. */
function withoutDoubtedWords(order: Order, entry: Entry | undefined, evidence: Evidence): Order {
  const isApproved = order.approved && (entry === undefined || whoSaid(order, entry, 'approved', evidence) === null);
  const isResolved = order.resolved !== null && (entry === undefined || whoSaid(order, entry, 'resolved', evidence) === null);
  if (!isApproved && !isResolved) return order;
  return {
    ...order,
    ...(isApproved ? { approved: false, unsignedApproval: true as const } : {}),
    ...(isResolved ? { resolved: null } : {}),
  };
}

/** Whose signature covers the word that this order carries; null = nobody's. Whoever signs the entry again takes back what was said of it before. */
export function whoSaid(order: Order, entry: Entry, word: Word, { trust, signatures, nowMs, checks }: Evidence): Holder | null {
  const signed = Object.hasOwn(signatures.words, order.id) ? signatures.words[order.id]?.[word] : undefined;
  const value = wordValue(entry, order, word);
  if (signed === undefined || value === undefined || signed.generation !== order.generation) return null;
  const listed = Object.hasOwn(signatures.orders, entryId(order)) ? signatures.orders[entryId(order)] : undefined;
  const { at, expires, generation } = signed;
  if (listed === undefined || !(parseTime(at) >= parseTime(listed.at))) return null;
  if (expires !== undefined && !(parseTime(expires) > nowMs)) return null;
  const holder = whoHas(trust, signed.by, 'approve', checks);
  if (holder === null) return null;
  const said = { order: order.id, word, value, generation, at, ...(expires === undefined ? {} : { expires }) };
  const isRight = (text: string) => checks.verify(holder.key, WORD_NAMESPACE, text, signed.signature);
  const text = inOneForm(() => rightText((covering) => wordText(trust.fleet, entry, said, covering), isRight));
  return text === null ? null : holder;
}

/** Where this machine cannot tell what is signed. */
export function noneBelieved(orders: OrdersDocument, why: string): OrdersDocument {
  return { ...orders, orders: orders.orders.map((order) => ({ ...order, approved: false, resolved: null, unbelieved: why })) };
}
