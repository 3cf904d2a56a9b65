// What there is to sign in this folder: ORDERS.json and SIGNATURES.json as main showed them last, with the edits that wait here on top.
import type { Intention } from '../../../core/model/ledger/intention.ts';
import type { Snapshot } from '../../../core/model/ledger/snapshot.ts';
import type { Order } from '../../../core/model/orders/order.ts';
import { ORDERS_PATH } from '../../../documents/paths.ts';
import { readSnapshot } from '../../../machine/reading/read-snapshot.ts';
import { applyEdits } from '../../../machine/steps/apply-edits.ts';
import type { Ledger } from '../../../ports.ts';
import { evidenceOf } from '../adapters/evidence.ts';
import { judgedOrders } from '../adapters/judged-orders.ts';
import { type Known, knownTrust } from '../adapters/known-trust.ts';
import { type Evidence, ordersByEntry } from '../documents/belief.ts';
import { parseSignatures, SIGNATURES_PATH } from '../documents/signatures-document.ts';
import { entriesOf } from '../documents/signed-order.ts';
import { createChecks } from '../system/checks.ts';
import { readNewest } from '../system/newest-signed.ts';

export interface Place {
  readonly home: string;
  readonly root: string;
  readonly nowMs: number;
}

export interface Signing extends Known {
  readonly snapshot: Snapshot;
  readonly evidence: Evidence;
  /** By the id of the entry of ORDERS.json. */
  readonly orders: ReadonlyMap<string, readonly Order[]>;
  /** Of each entry that is not believed, why. */
  readonly why: ReadonlyMap<string, string>;
}

/** The snapshot that was seen last, without edits; null = the remote was never reached from here. */
export async function lastSnapshot(ledger: Ledger): Promise<Snapshot | null> {
  const trees = await ledger.lastSeen();
  return trees === null ? null : readSnapshot({ ledger, trees });
}

/** Null = nothing is pinned here. */
export async function signingIn(
  { home, root, nowMs }: Place,
  ledger: Ledger,
  seen: Snapshot,
  intentions: readonly Intention[],
): Promise<Signing | null> {
  const known = await knownTrust({ home, root }, seen, ledger);
  if (known === null) return null;
  const { snapshot, people } = await applyEdits(ledger, seen, intentions);
  const base = await evidenceOf(known.trust, {
    snapshot: seen,
    ledger,
    signers: null,
    newest: readNewest(home, root),
    nowMs,
    checks: createChecks(),
    last: null,
  });
  const [ordersText, signaturesText] = [people.get(ORDERS_PATH), people.get(SIGNATURES_PATH)];
  const evidence: Evidence = {
    ...base,
    ...(ordersText === undefined ? {} : { entries: entriesOf(ordersText), onMain: base.entries }),
    ...(signaturesText === undefined ? {} : { signatures: parseSignatures(signaturesText).value }),
    specs: new Map([...base.specs, ...[...people].filter(([path]) => path.startsWith('specs/'))]),
  };
  const { why } = await judgedOrders(snapshot, evidence, ledger);
  return { ...known, snapshot, evidence, orders: ordersByEntry(snapshot.orders), why };
}

/** Why an entry is not believed as it is listed there; one that cannot be read is no order, and nobody is asked about it. Null = it is believed. */
export function doubtOf(id: string, { why, orders }: Pick<Signing, 'why' | 'orders'>): string | null {
  return why.get(id) ?? (orders.has(id) ? null : 'it cannot be read');
}

/** The entry of ORDERS.json that an id stands in: of a step, its chain. */
export function entryOf({ evidence, orders }: Signing, id: string): string | null {
  if (evidence.entries.has(id)) return id;
  for (const [entry, listed] of orders) if (listed.some((order) => order.id === id)) return entry;
  return null;
}
