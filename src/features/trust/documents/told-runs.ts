// What each admitted machine has told of runs of shared orders, as it was believed last (T5.5). Whoever takes its lane away, puts an old one back, or has
// it counted no more, takes from nobody's memory that it ran them. Pure.
import type { Snapshot, ToldBefore } from '../../../core/model/ledger/snapshot.ts';
import type { OrdersDocument } from '../../../core/model/orders/order.ts';
import type { ResultsDocument } from '../../../core/model/orders/run.ts';
import { isShared } from '../../../core/orders/assignment.ts';
import { listedId } from '../../../core/runs/occurrence-name.ts';
import type { TrustBody } from './trust-document.ts';

/** The highest generation of each order. */
type Runs = Readonly<Record<string, number>>;

/** By number; of the machine with that key. */
export type ToldRuns = Readonly<Record<string, { readonly key: string; readonly runs: Runs }>>;

interface Seen {
  readonly snapshot: Pick<Snapshot, 'machines' | 'orders' | 'uncounted'>;
  readonly keys: TrustBody['machines'];
  readonly doubted: ReadonlyMap<number, string>;
  /** Its number. */
  readonly own: number;
}

/** The same object where nobody who is believed tells of more or less. */
export function withTold(before: ToldRuns, { snapshot, keys, doubted, own }: Seen): ToldRuns {
  const now: Record<string, ToldRuns[string]> = {};
  for (const [number, { key }] of Object.entries(keys)) {
    const known = before[number]?.key === key ? before[number] : undefined;
    const view = snapshot.machines.get(Number(number));
    const isBelieved = view !== undefined && !doubted.has(Number(number));
    const told = isBelieved && Number(number) !== own ? { key, runs: runsIn(view.results, snapshot.orders, known?.runs) } : known;
    if (told !== undefined) now[number] = known !== undefined && told.runs === known.runs ? known : told;
  }
  const isSame = Object.keys(now).length === Object.keys(before).length;
  return isSame && Object.entries(now).every(([number, it]) => it === before[number]) ? before : now;
}

/** Of machines that are admitted and not believed now, with why. */
export function toldBefore(told: ToldRuns, { snapshot, doubted }: Seen): ReadonlyMap<number, ToldBefore> {
  const silent = new Map<number, ToldBefore>();
  for (const [number, { runs }] of Object.entries(told)) {
    const machine = Number(number);
    const isUncounted = snapshot.uncounted?.includes(machine) === true;
    const gone = isUncounted ? 'machines_max in fleet.yaml no longer counts it' : 'its lane is gone';
    const why = doubted.get(machine) ?? (snapshot.machines.has(machine) ? null : gone);
    if (why !== null && Object.keys(runs).length > 0) silent.set(machine, { why, runs });
  }
  return silent;
}

const sharedIn = new WeakMap<OrdersDocument, ReadonlyMap<string, boolean>>();

/** What was found in these results with these orders: most cycles see the same. */
const found = new WeakMap<ResultsDocument, { readonly orders: OrdersDocument; readonly runs: Runs }>();

/** `known`: what it told before; the same object where that is all. What has left the list is kept for as long as its machine tells of it. */
function runsIn(results: ResultsDocument, orders: OrdersDocument, known: Runs | undefined): Runs {
  const last = found.get(results);
  if (last?.orders === orders && last.runs === known) return known;
  const shared = sharedIn.get(orders) ?? new Map(orders.orders.map((order) => [order.id, isShared(order)]));
  sharedIn.set(orders, shared);
  const runs: Record<string, number> = {};
  for (const { order, generation } of [...results.older, ...results.ended, ...results.running]) {
    const isMeant =
      shared.get(order.includes('@') ? listedId(order) : order) ?? (known !== undefined && Object.hasOwn(known, order));
    if (isMeant) runs[order] = Math.max(generation, Object.hasOwn(runs, order) ? (runs[order] ?? 0) : 0);
  }
  const ids = Object.keys(runs);
  const isSame = known !== undefined && ids.length === Object.keys(known).length && ids.every((id) => known[id] === runs[id]);
  const kept = isSame ? known : runs;
  found.set(results, { orders, runs: kept });
  return kept;
}
