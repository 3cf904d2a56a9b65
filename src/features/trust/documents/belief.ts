// What a machine that demands signatures believes of ORDERS.json (T6, T7, T11). An order that nobody vouches for is not removed: it stands there
// with the reason, and does not start. Words of people that nobody vouches for let nothing go. Pure; the checks are handed in.
import { parseTime } from '../../../core/base/time.ts';
import type { Json } from '../../../core/model/ledger/intention.ts';
import type { Snapshot } from '../../../core/model/ledger/snapshot.ts';
import type { Order, OrdersDocument } from '../../../core/model/orders/order.ts';
import { canonical } from './canonical.ts';
import { whyNotHere, whyNotTheirs } from './narrowed.ts';
import type { Signatures, SignedEntry, Uses, Word } from './signatures-document.ts';
import { entryId, ORDER_NAMESPACE, orderText, usesOf, WORD_NAMESPACE, wordText, wordValue } from './signed-order.ts';
import { type Checks, type Holder, type TrustBody, whoHas } from './trust-document.ts';

type Entry = Readonly<Record<string, Json>>;

/** By the id of an entry: when the newest signature of it that was ever checked here was made, in milliseconds. */
export type Newest = Readonly<Record<string, number>>;

export interface Evidence {
  readonly trust: TrustBody;
  /** The owner of this computer lets these people alone order here; null = whoever the fleet trusts. */
  readonly signers: readonly string[] | null;
  /** The number of this machine; absent = it is looked at for people, and not to be started. */
  readonly machine?: number;
  readonly entries: ReadonlyMap<string, Entry>;
  readonly signatures: Signatures;
  /** Texts of specs on main, by path. */
  readonly specs: ReadonlyMap<string, string>;
  readonly newest: Newest;
  readonly nowMs: number;
  readonly checks: Checks;
}

type View = Pick<Snapshot, 'orders' | 'made' | 'fleet'>;

export interface JudgedOrders {
  /** The same orders, in the same order. */
  readonly orders: OrdersDocument;
  /** Of each entry that is not believed. */
  readonly why: ReadonlyMap<string, string>;
  /** Entries, with their steps, that are not what anybody signed who is trusted; of others that are not believed, the signature has ended, or they start on other machines. */
  readonly uncovered: ReadonlySet<string>;
  /** The same object where no newer signature was checked. */
  readonly newest: Newest;
}

export function believedOrders(view: View, evidence: Evidence): JudgedOrders {
  const why = new Map<string, string>();
  const uncovered = new Set<string>();
  const signed = new Map<string, SignedEntry>();
  const newer: Record<string, number> = {};
  for (const [id, orders] of ordersByEntry(view.orders)) {
    const judged = judgeEntry(id, orders, view, evidence);
    if (typeof judged === 'string') {
      why.set(id, judged);
      for (const one of [id, ...orders.map((order) => order.id)]) uncovered.add(one);
      continue;
    }
    const { at, expires } = judged.signed;
    if (parseTime(at) > newestOf(id, evidence)) newer[id] = parseTime(at);
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
  return { orders: { ...view.orders, orders }, why, uncovered, newest };
}

function newestOf(id: string, { newest }: Pick<Evidence, 'newest'>): number {
  return Object.hasOwn(newest, id) ? (newest[id] ?? 0) : 0;
}

/** When a signature of this entry is made now: later than each that was ever checked here, whatever the clock says. */
export function signedAtMs(id: string, { newest, signatures, nowMs }: Pick<Evidence, 'newest' | 'signatures' | 'nowMs'>): number {
  const standing = Object.hasOwn(signatures.orders, id) ? signatures.orders[id] : undefined;
  const before = Math.max(newestOf(id, { newest }), standing === undefined ? 0 : parseTime(standing.at) || 0);
  return before < nowMs ? nowMs : before + 1;
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

/** Its signature if it covers the entry as it is, ended or not, or why it is not believed. */
function judgeEntry(id: string, orders: readonly Order[], view: View, evidence: Evidence): Covered | string {
  const { trust, signers, entries, signatures, specs, checks } = evidence;
  const entry = entries.get(id);
  const signed = Object.hasOwn(signatures.orders, id) ? signatures.orders[id] : undefined;
  if (entry === undefined || signed === undefined) return `waits for a signature: nobody signed ${id}`;
  try {
    const holder = whoHas(trust, signed.by, 'order', checks);
    if (holder === null) return `waits for a signature: ${signed.by} may not place orders`;
    if (signers !== null && !signers.includes(holder.name))
      return `signed by ${holder.name}, whose orders the policy here does not take`;
    const notTheirs = whyNotTheirs(holder, id, orders);
    if (notTheirs !== null) return notTheirs;
    const text = orderText(trust.fleet, entry, signed);
    if (!checks.verify(holder.key, ORDER_NAMESPACE, text, signed.signature)) {
      const fault = checks.passkeyFault(holder.key, ORDER_NAMESPACE, text, signed.signature);
      const why = fault === null ? `it was changed after ${holder.name} signed it` : `the passkey of ${holder.name}: ${fault}`;
      return `waits for a signature: ${why}`;
    }
    if (!(parseTime(signed.at) >= newestOf(id, evidence)))
      return `waits for a signature: it was signed again since, and this is what ${holder.name} signed before`;
    const changed = changedUse(signed.uses, usesOf(orders, view, specs, checks.digest));
    return changed === null ? { signed, by: holder } : `waits for a signature: ${changed} changed after ${holder.name} signed it`;
  } catch (error) {
    return `its signature cannot be checked: ${(error as Error).message}`;
  }
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

/** Whose signature covers the word that this order carries; null = nobody's. */
export function whoSaid(order: Order, entry: Entry, word: Word, { trust, signatures, checks }: Evidence): Holder | null {
  const signed = Object.hasOwn(signatures.words, order.id) ? signatures.words[order.id]?.[word] : undefined;
  const value = wordValue(entry, order, word);
  if (signed === undefined || value === undefined || signed.generation !== order.generation) return null;
  const holder = whoHas(trust, signed.by, 'approve', checks);
  if (holder === null) return null;
  const said = { order: order.id, word, value, generation: signed.generation, at: signed.at };
  return checks.verify(holder.key, WORD_NAMESPACE, wordText(trust.fleet, entry, said), signed.signature) ? holder : null;
}

/** Where this machine cannot tell what is signed. */
export function noneBelieved(orders: OrdersDocument, why: string): OrdersDocument {
  return { ...orders, orders: orders.orders.map((order) => ({ ...order, approved: false, resolved: null, unbelieved: why })) };
}
