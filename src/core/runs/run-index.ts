// Indexes of results by order, and of machines by the orders that they have run, each made once. With thousands of orders, searching every list of
// every machine for every order would take most of a cycle. Documents, and the maps that hold them, never change, so remembering is invisible (C1).
import type { OlderRun, ResultsDocument, RunningRun, WaitingOrder } from '../model/orders/run.ts';
import { listedId } from './occurrence-name.ts';

export interface RunsOfOrder {
  readonly running: readonly RunningRun[];
  /** Older ones first. */
  readonly ended: readonly OlderRun[];
  readonly waiting: readonly WaitingOrder[];
}

type Tellers = ReadonlyMap<number, { readonly results: ResultsDocument }>;

const NONE: RunsOfOrder = { running: [], ended: [], waiting: [] };
const NOBODY: readonly number[] = [];
const indexes = new WeakMap<ResultsDocument, ReadonlyMap<string, RunsOfOrder>>();
const toldIds = new WeakMap<ResultsDocument, ReadonlySet<string>>();
const tellers = new WeakMap<Tellers, ReadonlyMap<string, readonly number[]>>();

/** What a machine's results say of one order, all generations. */
export function runsOf(results: ResultsDocument, order: string): RunsOfOrder {
  return indexOf(results).get(order) ?? NONE;
}

/** A run of one of these orders, of an occurrence of it, or of a step of it if it is a chain. */
export function tellsOfAny(orders: readonly string[], results: ResultsDocument | undefined): boolean {
  if (results === undefined) return false;
  const told = toldIds.get(results) ?? makeToldIds(results);
  toldIds.set(results, told);
  return orders.some((order) => told.has(order));
}

function makeToldIds(results: ResultsDocument): ReadonlySet<string> {
  const told = new Set<string>();
  for (const [order, { running, ended }] of indexOf(results)) {
    if (running.length + ended.length === 0) continue;
    const listed = listedId(order);
    told.add(order).add(listed);
    for (let at = listed.indexOf('.'); at > 0; at = listed.indexOf('.', at + 1)) told.add(listed.slice(0, at));
  }
  return told;
}

/** The machines whose results have a run of this order, in the order of the map. */
export function tellersOf(order: string, machines: Tellers): readonly number[] {
  let index = tellers.get(machines);
  if (index === undefined) {
    index = makeTellers(machines);
    tellers.set(machines, index);
  }
  return index.get(order) ?? NOBODY;
}

function makeTellers(machines: Tellers): ReadonlyMap<string, readonly number[]> {
  const index = new Map<string, number[]>();
  for (const [machine, { results }] of machines) {
    for (const [order, { running, ended }] of indexOf(results)) {
      if (running.length + ended.length === 0) continue;
      const known = index.get(order);
      if (known === undefined) index.set(order, [machine]);
      else known.push(machine);
    }
  }
  return index;
}

function indexOf(results: ResultsDocument): ReadonlyMap<string, RunsOfOrder> {
  const known = indexes.get(results) ?? makeIndex(results);
  indexes.set(results, known);
  return known;
}

function makeIndex(results: ResultsDocument): ReadonlyMap<string, RunsOfOrder> {
  const index = new Map<string, { running: RunningRun[]; ended: OlderRun[]; waiting: WaitingOrder[] }>();
  const entry = (order: string) => {
    const known = index.get(order) ?? { running: [], ended: [], waiting: [] };
    index.set(order, known);
    return known;
  };
  for (const waits of results.waiting) entry(waits.order).waiting.push(waits);
  for (const run of results.running) entry(run.order).running.push(run);
  for (const run of [...results.older, ...results.ended]) entry(run.order).ended.push(run);
  return index;
}
